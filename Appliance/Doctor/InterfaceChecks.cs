using System.Globalization;
using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Doctor;

/// <summary>The interface that is to be taken or shared, and who the server is on it.</summary>
internal static class InterfaceChecks
{
    /// <summary>Looks at the interface and at its ports.</summary>
    public static IEnumerable<Finding> Run(InterfaceOptions options)
    {
        InterfaceFacts? facts = null;
        InterfaceIdentity? identity = null;
        string? fault = null;
        try
        {
            facts = InterfaceFacts.Read(options.Name);
            identity = InterfaceIdentity.Of(options, facts);
        }
        catch (LinkException e)
        {
            fault = e.Message;
        }
        if (facts is not null)
        {
            yield return new(Verdict.Ok, "interface", Describe(facts));
            yield return Offloads(facts.Offloads);
        }
        if (fault is not null)
        {
            yield return new(Verdict.Fail, "interface", fault);
        }
        if (identity is not null)
        {
            yield return Address(identity, options.Name, File.ReadAllText("/proc/net/arp"));
            yield return identity.IsShared
                ? SharedPorts(options, identity.Address.Address)
                : new(Verdict.Ok, "ports", $"all of {identity.Address.Address} are the server's");
        }
    }

    /// <summary>Programs of the host that listen where the server is to answer.</summary>
    internal static Finding Ports(
        InterfaceOptions options, Ipv4Address address, IEnumerable<HostListener> listeners)
    {
        // A listener at :: takes IPv4 too, unless it says otherwise, which is not told.
        IpAddress[] takers = [Ipv4Address.Any, default, address];
        string[] both =
        [
            .. listeners
                .Where(l => takers.Contains(l.Address))
                .Where(l => options.Ports.Any(ports => ports.Contains(l.Protocol, l.Port)))
                .Select(l => (l.Protocol, l.Port))
                .Distinct().Order()
                .Select(l => $"{(l.Protocol == IpProtocol.Udp ? "UDP " : "")}{l.Port}"),
        ];
        return both.Length == 0
            ? new(Verdict.Ok, "ports", "no program of the host listens at the server's")
            : new(
                Verdict.Warn, "ports",
                $"programs of the host listen at {string.Join(", ", both)} of {address} too, and are not "
                    + "reached there while the server runs: choose other ports, or end them");
    }

    /// <summary>The same, of the host's listeners now.</summary>
    public static Finding SharedPorts(InterfaceOptions options, Ipv4Address address)
    {
        try
        {
            return Ports(options, address, HostListener.All());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(Verdict.Warn, "ports", $"who listens at {address} cannot be told: {e.Message}");
        }
    }

    private static string Describe(InterfaceFacts facts)
    {
        string driver = facts.Driver.Length > 0 ? $"driver {facts.Driver}" : "no driver tells its name";
        string addresses = facts.Addresses.Count > 0 ? string.Join(", ", facts.Addresses) : "no address";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{facts.Name} is {(facts.IsUp ? "up" : "down")}, {facts.Mac}, MTU {facts.Mtu}, {addresses}, "
                + $"{driver}, {facts.ReceiveQueuesText}");
    }

    /// <summary>
    /// Who the server is; another machine with the address is found where the host has talked with it.
    /// </summary>
    internal static Finding Address(InterfaceIdentity identity, string name, string neighbors)
    {
        string text = $"{identity.Address} at {identity.Mac}, "
            + (identity.IsShared ? "shared with the kernel" : "the server's alone")
            + (identity.NeedsPromiscuous ? ", promiscuous" : "")
            + (identity.Gateway is { } gateway ? $", gateway {gateway}" : ", no gateway");
        string address = identity.Address.Address.ToString();
        string? other = neighbors.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 6 && words[0] == address && words[5] == name)
            .Where(words => words[2] != "0x0" && words[3] != identity.Mac.ToString())
            .Select(words => words[3])
            .FirstOrDefault();
        return other is null
            ? new(Verdict.Ok, "address", text)
            : new(
                Verdict.Warn, "address",
                $"{text}; the host knows {address} at {other}: give the server an address that nobody "
                    + "has, or end its last holder ('ip neigh flush' forgets one that is gone)");
    }

    private static Finding Offloads(InterfaceOffloads offloads)
    {
        (string Name, bool? IsOn)[] all =
        [
            ("transmit checksum", offloads.TransmitChecksum),
            ("scatter-gather", offloads.ScatterGather),
            ("segmentation (TSO)", offloads.Segmentation),
            ("receive checksum", offloads.ReceiveChecksum),
            ("merging (GRO)", offloads.MergesInKernel),
            ("merging in hardware (LRO)", offloads.MergesInHardware),
            ("taking VLAN tags out (AF_XDP sees none then)", offloads.TakesTagsOut),
        ];
        string text = string.Join(
            ", ",
            all.Where(each => each.IsOn is not null)
                .Select(each => $"{each.Name} {(each.IsOn == true ? "on" : "off")}"));
        return offloads.MergesInHardware == true
            ? new(
                Verdict.Warn, "offloads",
                $"{text}; AF_XDP does not go with LRO: turn it off (ethtool -K … lro off)")
            : new(Verdict.Ok, "offloads", text.Length > 0 ? text : "the driver tells of none");
    }
}
