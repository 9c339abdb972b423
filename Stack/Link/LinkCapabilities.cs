using Straightwire.Stack.Frames;

namespace Straightwire.Stack.Link;

/// <summary>What a link can do, fixed after it is opened.</summary>
/// <param name="Mtu">Most bytes of an IP packet on the wire.</param>
/// <param name="TransmitChecksum">
/// The link completes transport checksums (<see cref="OutboundSegment.ChecksumStart"/>).
/// </param>
/// <param name="SegmentationMaxBytes">
/// Most bytes of an IP packet that the link cuts into segments; 0: it cuts none. More than 65,535 is what
/// Linux calls BIG TCP: the total length of such a packet is 0, and counts as what there is.
/// </param>
/// <param name="GatherMax">Most slices of one segment.</param>
public readonly record struct LinkCapabilities(
    int Mtu, bool TransmitChecksum, int SegmentationMaxBytes, int GatherMax)
{
    /// <summary>
    /// As <see cref="SegmentationMaxBytes"/>, and not less, for a packet to a neighbour: nobody forwards it.
    /// </summary>
    public int NeighborSegmentationMaxBytes { get; init; } = SegmentationMaxBytes;
}
