using Straightwire.Devices.Native;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <summary>
/// What a privileged process has opened for a link, and what it knows of it. Plain values, so that the
/// program can hand it to its own next image, which has the descriptors and no privilege; there the link's
/// device takes it over, one object for each queue.
/// </summary>
public sealed record LinkGrant
{
    /// <summary>Most bytes of an IPv4 packet that its total length can tell.</summary>
    public const int PacketMax = 65_535;

    /// <summary>Which device takes it over.</summary>
    public required LinkKind Kind { get; init; }

    /// <summary>The name of the interface that the link is on.</summary>
    public required string Interface { get; init; }

    /// <summary>The interface's index, which stays its own when it is renamed.</summary>
    public uint Index { get; init; }

    /// <summary>How it is driven, for people: "zero copy", "copy mode".</summary>
    public string Mode { get; init; } = "";

    /// <summary>What it had to do without, and why: sentences for people.</summary>
    public string[] Notes { get; init; } = [];

    /// <summary>Most bytes of an IP packet on the link.</summary>
    public required int Mtu { get; init; }

    /// <summary>As <see cref="Mtu"/>, the most that the link can follow to while it is open.</summary>
    public int MtuMax { get; init; } = InterfaceIdentity.MtuMax;

    /// <summary>Checksums and segments are left to the link, both ways.</summary>
    public bool Offload { get; init; }

    /// <summary>
    /// What the interface did when the link was opened, for a link that leaves checksums and segments to one.
    /// </summary>
    public InterfaceOffloads Offloads { get; init; }

    /// <summary>As <see cref="LinkCapabilities.SegmentationMaxBytes"/>.</summary>
    public int SegmentationMaxBytes { get; init; }

    /// <summary>As <see cref="LinkCapabilities.NeighborSegmentationMaxBytes"/>.</summary>
    public int NeighborSegmentationMaxBytes { get; init; }

    /// <summary>What the kernel does for us on a link that takes virtio-net headers.</summary>
    internal LinkCapabilities Capabilities =>
        new(Mtu, TransmitChecksum: true, SegmentationMaxBytes, TransmitBatch.GatherMax)
        {
            NeighborSegmentationMaxBytes = NeighborSegmentationMaxBytes,
        };

    /// <summary>The server's Ethernet address.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The server's address and its network.</summary>
    public required Ipv4Prefix Address { get; init; }

    /// <summary>Where packets for other networks go; null: there are none.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>
    /// The kernel has the address too: only the server's own ports come here, and the kernel answers ARP and
    /// ping.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>
    /// The operator says that every checksum is right, and none is looked at. Otherwise a frame is trusted
    /// that is marked as verified or unfinished.
    /// </summary>
    public bool TrustsChecksums { get; init; }

    /// <summary>
    /// Frames may come from this machine with checksums that nobody has finished, and the link marks none:
    /// those are told by their value (<see cref="UnfinishedChecksum"/>).
    /// </summary>
    public bool HasUnfinishedChecksums { get; init; }

    /// <summary>
    /// The server's Ethernet address is not the interface's, which must pass on all that it sees.
    /// </summary>
    public bool IsPromiscuous { get; init; }

    /// <summary>
    /// Its device opens the link itself, and needs the privilege for that: pcap's handle is memory of a
    /// library, which no descriptor carries into another image. A sandbox that gives privileges up before
    /// the device is made cannot have this link.
    /// </summary>
    public bool NeedsPrivilegeToAdopt { get; init; }

    /// <summary>
    /// The kernel gets nothing of what is for the server, and would not answer it if it had the server's
    /// address.
    /// </summary>
    public bool SilencesKernel { get; init; }

    /// <summary>
    /// The descriptor of the <see cref="Bpf.AddressCell"/> that says which shared address is the server's;
    /// null: that stays as it is for as long as the link is open.
    /// </summary>
    public int? AddressCell { get; init; }

    /// <summary>
    /// The descriptors of <see cref="InterfaceWatch"/>: what the kernel says of interfaces, and a socket to
    /// ask it by. Empty: the link is not watched.
    /// </summary>
    public int[] Watch { get; init; } = [];

    /// <summary>
    /// The descriptors of each queue, in the order that its device knows; a shard has one queue.
    /// </summary>
    public required int[][] Queues { get; init; }

    /// <summary>Descriptors that only stay open: what they hold in the kernel ends with them.</summary>
    public int[] Held { get; init; } = [];

    /// <summary>
    /// Closes all descriptors: for a process that does not take the link over, or has handed it on.
    /// </summary>
    public void Close()
    {
        int?[] cell = [AddressCell];
        foreach (int descriptor in Queues.SelectMany(queue => queue)
            .Concat(Held).Concat(Watch).Concat(cell.OfType<int>()))
        {
            _ = Syscalls.Close(descriptor);
        }
    }
}
