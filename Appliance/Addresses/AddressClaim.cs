using System.Globalization;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Addresses;

/// <summary>What a server has of an interface, as a name that says it; nobody else has any of it.</summary>
/// <param name="Index">The interface's index.</param>
/// <param name="Address">The server's address.</param>
/// <param name="Ports">Its TCP ports; null: all, since the address is its alone.</param>
/// <param name="Process">Its process.</param>
public sealed record AddressClaim(
    uint Index, Ipv4Address Address, IReadOnlyList<PortSpan>? Ports, int Process)
{
    private const string Prefix = "straightwire/";
    private const string AllPorts = "all";
    private const char Following = '+';

    /// <summary>
    /// When the address is taken from the interface, the server takes the interface's next. It cannot take
    /// another name in its sandbox then, so that this one is for whichever address the kernel has there.
    /// </summary>
    public bool Follows { get; init; }

    /// <summary>
    /// "straightwire/2/198.18.0.2/80,50000-50999/4711", with a plus behind an address that is followed.
    /// </summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{Index}/{Address}{(Follows ? "+" : "")}/{TextOf(Ports)}/{Process}");

    /// <summary>Reads a claim; false for a name that is none.</summary>
    public static bool TryParse(string name, out AddressClaim claim)
    {
        claim = new AddressClaim(0, default, null, 0);
        string[] parts = name.Split('/');
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || parts.Length != 5
            || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint index)
            || !Ipv4Address.TryParse(parts[2].TrimEnd(Following), out Ipv4Address address)
            || !TryParsePorts(parts[3], out List<PortSpan>? ports)
            || !int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out int process))
        {
            return false;
        }
        claim = new AddressClaim(index, address, ports, process)
        {
            Follows = parts[2].EndsWith(Following),
        };
        return true;
    }

    /// <summary>
    /// What another claim has of this one, for people: "80, 50000-50999"; null: nothing.
    /// </summary>
    public string? Overlap(AddressClaim other)
    {
        if (other.Index != Index || !(other.Address == Address || Meets(other) || other.Meets(this)))
        {
            return null;
        }
        if (Ports is null || other.Ports is null)
        {
            return AllPorts;
        }
        PortSpan[] both =
        [
            .. from own in Ports
               from theirs in other.Ports
               let first = Math.Max(own.First, theirs.First)
               let last = Math.Min(own.Last, theirs.Last)
               where first <= last
               select new PortSpan(first, last),
        ];
        return both.Length == 0 ? null : string.Join(", ", both.Select(TextOf));
    }

    /// <summary>It may follow to the other's address, if that is one of the kernel's.</summary>
    private bool Meets(AddressClaim other) => Follows && other.Ports is not null;

    private static string TextOf(IReadOnlyList<PortSpan>? ports) =>
        ports is null ? AllPorts : string.Join(',', ports.Select(TextOf));

    private static string TextOf(PortSpan span) => span.First == span.Last
        ? span.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{span.First}-{span.Last}");

    private static bool TryParsePort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    private static bool TryParsePorts(string text, out List<PortSpan>? ports)
    {
        ports = null;
        if (text == AllPorts)
        {
            return true;
        }
        ports = [];
        foreach (string each in text.Split(','))
        {
            string[] ends = each.Split('-');
            if (ends.Length > 2
                || !TryParsePort(ends[0], out ushort first)
                || !TryParsePort(ends[^1], out ushort last))
            {
                return false;
            }
            ports.Add(new PortSpan(first, last));
        }
        return true;
    }
}
