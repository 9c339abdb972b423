using System.Globalization;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Addresses;

/// <summary>What a server has of an interface, as a name that says it; nobody else has any of it.</summary>
/// <param name="Index">The interface's index.</param>
/// <param name="Address">The server's address.</param>
/// <param name="Ports">Its ports; null: all, since the address is its alone.</param>
/// <param name="Process">Its process.</param>
public sealed record AddressClaim(
    uint Index, Ipv4Address Address, IReadOnlyList<ServicePort>? Ports, int Process)
{
    private const string Prefix = "straightwire/";
    private const string AllPorts = "all";
    private const char Following = '+';
    private const char UdpMark = 'u';

    /// <summary>
    /// When the address is taken from the interface, the server takes the interface's next. It cannot take
    /// another name in its sandbox then, so that this one is for whichever address the kernel has there.
    /// </summary>
    public bool Follows { get; init; }

    /// <summary>
    /// "straightwire/2/198.18.0.2/80,50000-50999,u53/4711": a plus behind an address is for one that is
    /// followed, a u before a port for UDP's. More ports than a name has room for are claimed as all.
    /// </summary>
    public override string ToString()
    {
        string name = NameOf(TextOf(Ports));
        return name.Length <= AbstractName.NameMax ? name : NameOf(AllPorts);
    }

    /// <summary>Reads a claim; false for a name that is none.</summary>
    public static bool TryParse(string name, out AddressClaim claim)
    {
        claim = new AddressClaim(0, default, null, 0);
        string[] parts = name.Split('/');
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || parts.Length != 5
            || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint index)
            || !Ipv4Address.TryParse(parts[2].TrimEnd(Following), out Ipv4Address address)
            || !TryParsePorts(parts[3], out List<ServicePort>? ports)
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
    /// What another claim has of this one, for people: "TCP 80, 50000-50999 and UDP 53", "all ports"; null:
    /// nothing.
    /// </summary>
    public string? Overlap(AddressClaim other)
    {
        if (other.Index != Index || !(other.Address == Address || Meets(other) || other.Meets(this)))
        {
            return null;
        }
        if (Ports is null || other.Ports is null)
        {
            return "all ports";
        }
        ServicePort[] both =
        [
            .. from own in Ports
               from theirs in other.Ports
               where own.Protocol == theirs.Protocol
               let first = Math.Max(own.Ports.First, theirs.Ports.First)
               let last = Math.Min(own.Ports.Last, theirs.Ports.Last)
               where first <= last
               select new ServicePort(own.Protocol, new PortSpan(first, last)),
        ];
        return both.Length == 0 ? null : string.Join(
            " and ",
            from protocol in ServicePort.ProtocolsOf(both)
            let spans = ServicePort.Of(protocol, both).Select(TextOf)
            select $"{(protocol == IpProtocol.Udp ? "UDP" : "TCP")} {string.Join(", ", spans)}");
    }

    /// <summary>It may follow to the other's address, if that is one of the kernel's.</summary>
    private bool Meets(AddressClaim other) => Follows && other.Ports is not null;

    private string NameOf(string ports) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{Index}/{Address}{(Follows ? "+" : "")}/{ports}/{Process}");

    private static string TextOf(IReadOnlyList<ServicePort>? ports) => ports is null
        ? AllPorts
        : string.Join(
            ',',
            ports.Select(each =>
                (each.Protocol == IpProtocol.Udp ? $"{UdpMark}" : "") + TextOf(each.Ports)));

    private static string TextOf(PortSpan span) => span.First == span.Last
        ? span.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{span.First}-{span.Last}");

    private static bool TryParsePort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    private static bool TryParsePorts(string text, out List<ServicePort>? ports)
    {
        ports = null;
        if (text == AllPorts)
        {
            return true;
        }
        ports = [];
        foreach (string each in text.Split(','))
        {
            bool isUdp = each.StartsWith(UdpMark);
            string[] ends = (isUdp ? each[1..] : each).Split('-');
            if (ends.Length > 2
                || !TryParsePort(ends[0], out ushort first)
                || !TryParsePort(ends[^1], out ushort last))
            {
                return false;
            }
            ports.Add(new ServicePort(
                isUdp ? IpProtocol.Udp : IpProtocol.Tcp, new PortSpan(first, last)));
        }
        return true;
    }
}
