using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Pcap;

/// <summary>
/// Finds out whether a server can stand on an interface through libpcap. It sees copies of frames, and the
/// kernel gets them too; so the server needs an address that the kernel does not have, or the kernel would
/// answer beside it.
/// </summary>
public static class PcapInterface
{
    /// <summary>
    /// Makes a grant without descriptors: <see cref="PcapDevice"/> opens the capture, whose handle is memory
    /// of libpcap.
    /// </summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static LinkGrant Open(InterfaceOptions options)
    {
        if (options.Queues != 1)
        {
            throw new LinkException(
                $"The pcap link has one queue, and {options.Queues} shards want one each: run one shard, " +
                "or use the packet link.");
        }
        InterfaceFacts facts = InterfaceFacts.Read(options.Name);
        var identity = InterfaceIdentity.Of(options, facts);
        if (identity.IsShared)
        {
            throw new LinkException(
                $"The host has the address {identity.Address.Address}, and would answer beside the server: " +
                "the pcap link only sees copies of frames. Give the server an address of its own " +
                "(--address ADDRESS/LENGTH), or use the packet or xdp link, which keep the kernel silent.");
        }
        if (!identity.NeedsPromiscuous && facts.ForwardsPackets)
        {
            throw new LinkException(
                $"The host forwards packets that come to {options.Name}, and takes the server's for such: " +
                "give the server an Ethernet address of its own (--mac MAC), turn forwarding off there " +
                $"(sysctl net.ipv4.conf.{options.Name}.forwarding=0), or use the packet link.");
        }
        return identity.ToGrant(LinkKind.Pcap, options, facts, [[]]) with
        {
            Offload = false,
            NeedsPrivilegeToAdopt = true,
        };
    }

    /// <summary>
    /// What libpcap lets through: frames for the server, and ARP's questions. What this machine sends with
    /// the server's Ethernet address, which may be the interface's, would come back as received.
    /// </summary>
    public static string FilterFor(MacAddress mac, Ipv4Address address) =>
        $"not ether src {mac} and "
        + $"((ether dst {mac} and (arp or ip dst host {address})) or (ether broadcast and arp))";
}
