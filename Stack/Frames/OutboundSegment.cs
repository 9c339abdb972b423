using System.Runtime.InteropServices;

namespace Straightwire.Stack.Frames;

/// <summary>
/// One frame to send, or several in one that the link cuts: headers in the batch's header memory, then a
/// gather list of slices. Refers to its <see cref="TransmitBatch"/> by index.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct OutboundSegment
{
    /// <summary>
    /// Where the headers begin in <see cref="TransmitBatch.Headers"/>; <see cref="TransmitBatch.Headroom"/>
    /// free bytes precede it.
    /// </summary>
    public int HeaderOffset;

    /// <summary>
    /// Bytes of headers: Ethernet, IP, transport with options; for ARP and ICMP the whole frame may stand
    /// here.
    /// </summary>
    public int HeaderLength;

    /// <summary>First slice in <see cref="TransmitBatch.Slices"/>.</summary>
    public int GatherStart;

    /// <summary>How many slices it gathers.</summary>
    public int GatherCount;

    /// <summary>Bytes of all slices together.</summary>
    public int PayloadLength;

    /// <summary>
    /// Payload bytes of each cut segment; 0 when the segment fits the MTU as it is. Not 0 only on links with
    /// <see cref="Link.LinkCapabilities.SegmentationMaxBytes"/>, and for TCP over IPv4.
    /// </summary>
    public ushort SegmentSize;

    /// <summary>
    /// Where the transport header begins, from the frame's first byte, when the link is to compute its
    /// checksum from there to the end (the field holds the folded pseudo-header sum); 0 when the checksum is
    /// complete.
    /// </summary>
    public ushort ChecksumStart;

    /// <summary>
    /// Where the checksum field is, from <see cref="ChecksumStart"/>: 16 for TCP, 6 for UDP.
    /// </summary>
    public ushort ChecksumOffset;

    /// <summary>
    /// Who sent it, for <see cref="Link.TransmitResult.Faulted"/>: a connection's index, or −1.
    /// </summary>
    public int Owner;
}
