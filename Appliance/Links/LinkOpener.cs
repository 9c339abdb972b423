using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Options;
using Straightwire.Devices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;
using Straightwire.Devices.Pcap;
using Straightwire.Devices.Tap;
using Straightwire.Devices.Xdp;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Links;

/// <summary>
/// Opens the link that is configured, and makes its devices. What needs a privilege is in
/// <see cref="Open"/>.
/// </summary>
public static class LinkOpener
{
    /// <summary>Opens it, in the network namespace of the calling thread.</summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static LinkGrant Open(ApplianceOptions options)
    {
        // What changes while the link is being opened is told afterwards.
        int[] watch = InterfaceWatch.Open();
        try
        {
            return OpenKind(options) with { Watch = watch };
        }
        catch
        {
            InterfaceWatch.Close(watch);
            throw;
        }
    }

    private static LinkGrant OpenKind(ApplianceOptions options) =>
        options.Link.Kind == LinkChoice.Tap
        || (options.Link.Kind == LinkChoice.Auto && options.Link.Interface is null)
            ? TapInterface.Open(options.ToTap())
            : OpenOn(options, options.ToInterface());

    /// <summary>
    /// On an interface that is there. What is wrong with it or with the address is wrong with every link on
    /// it, and no reason for a lesser one; so is somebody else who has the address.
    /// </summary>
    private static LinkGrant OpenOn(ApplianceOptions options, InterfaceOptions wanted)
    {
        InterfaceFacts facts = InterfaceFacts.Read(wanted.Name);
        var identity = InterfaceIdentity.Of(wanted, facts);
        var claim = new AddressClaim(
            facts.Index, identity.Address.Address, identity.IsShared ? wanted.Ports : null,
            Environment.ProcessId)
        {
            Follows = identity.IsShared && wanted.FollowsAddress,
        };
        int held = AddressLock.Take(claim, wanted.Name);
        try
        {
            if (options.Network.Probe != false && !identity.IsShared)
            {
                RefuseHeld(facts, identity);
            }
            LinkGrant grant = options.Link.Kind switch
            {
                LinkChoice.Auto => LinkLadder.Climb(Rungs(options, wanted)),
                LinkChoice.Packet => PacketInterface.Open(wanted),
                LinkChoice.Pcap => PcapInterface.Open(wanted),
                LinkChoice.Xdp => XdpInterface.Open(wanted),
                _ => throw new InvalidOperationException($"{options.Link.Kind} is a kind of link"),
            };
            if (grant.Kind != LinkKind.Tap && grant.Address.Address != identity.Address.Address)
            {
                grant.Close();
                throw new LinkException(
                    $"The address of {wanted.Name} changed from {identity.Address.Address} to " +
                    $"{grant.Address.Address} while the server started: start it again.");
            }
            return grant with { Held = [.. grant.Held, held] };
        }
        catch
        {
            AbstractName.Release(held);
            throw;
        }
    }

    private static void RefuseHeld(InterfaceFacts facts, InterfaceIdentity identity)
    {
        if (AddressProbe.Holder(facts, identity) is { } holder)
        {
            throw new LinkException(
                $"{identity.Address.Address} is held by {holder} on {facts.Name}: give the server an " +
                "address that nobody has (network.address), end its holder, or set network.probe to false.");
        }
    }

    /// <summary>The device of one queue, for one shard.</summary>
    /// <param name="grant">The link as <see cref="Open"/> left it.</param>
    /// <param name="queue">Which of its queues.</param>
    /// <param name="regions">The content that a link reaches by itself.</param>
    /// <param name="content">The content for links that copy it.</param>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static ILinkDevice Adopt(
        LinkGrant grant, int queue, RegionTable regions, IContentMemory content) => grant.Kind switch
        {
            LinkKind.Tap => new TapDevice(grant, queue, regions),
            LinkKind.Packet => new PacketDevice(grant, queue, regions),
            LinkKind.Pcap => new SoftwareOffload(new PcapDevice(grant), content),
            LinkKind.Xdp => new SoftwareOffload(new XdpLink(grant, queue), content),
            _ => throw new InvalidOperationException($"{grant.Kind} is a kind of link"),
        };

    /// <summary>
    /// Tells a device of <see cref="Adopt"/> what its interface does from now on; from any thread.
    /// </summary>
    public static void Follow(ILinkDevice device, in InterfaceOffloads offloads)
    {
        switch (device)
        {
            case PacketDevice packet:
                packet.Follow(offloads);
                break;
            case SoftwareOffload { Plain: XdpLink xdp }:
                xdp.Follow(offloads);
                break;
        }
    }

    /// <summary>
    /// The links that an interface may have, the fastest first: packets of 64 KB that the kernel cuts are
    /// less work than frames that it copies one by one.
    /// </summary>
    private static LinkRung[] Rungs(ApplianceOptions options, InterfaceOptions wanted) =>
        [
            new("zero-copy XDP", () => XdpInterface.OpenZeroCopy(wanted)),
            new("packet", () => PacketInterface.Open(wanted)),
            new("XDP", () => XdpInterface.Open(wanted)),
            new("TAP", () => OpenTapInstead(options)),
        ];

    /// <summary>
    /// A TAP where an interface was wanted: the host reaches the server there, and what the host routes.
    /// </summary>
    private static LinkGrant OpenTapInstead(ApplianceOptions options)
    {
        TapOptions tap = options.ToTap();
        return tap.Address.Contains(tap.HostAddress.Address) && tap.HostAddress.Contains(tap.Address.Address)
            ? TapInterface.Open(tap)
            : throw new LinkException(
                $"The server's address {tap.Address} and the host's, {tap.HostAddress}, are not on one " +
                "network: for a TAP, set link.hostAddress to one beside the server's.");
    }
}
