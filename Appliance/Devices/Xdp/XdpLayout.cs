using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// How the memory that a queue shares with the kernel (UMEM) is divided: frames to receive into, frames to
/// send from, and some room for ARP that comes another way. Both steps of opening make it of the MTU.
/// </summary>
/// <param name="FrameLength">Bytes of a frame, what stands before its data included.</param>
internal readonly record struct XdpLayout(int FrameLength)
{
    /// <summary>Descriptors of each ring, a power of two.</summary>
    public const int RingLength = 8192;

    /// <summary>
    /// Frames each way. The kernel gives the places in a ring back some time after the frames that stood
    /// there have come to us, a batch of its driver later; so there are more places than frames.
    /// </summary>
    public const int FrameCount = RingLength - 256;

    /// <summary>Bytes between a sent frame's beginning and its data, the last of them the metadata.</summary>
    public const int TransmitHeadroom = 64;

    /// <summary>Bytes of struct xsk_tx_metadata.</summary>
    public const int MetadataLength = 24;

    /// <summary>Bytes of one ARP frame and of all.</summary>
    public const int ArpLength = 128;
    public const int ArpMax = 16;

    /// <summary>Bytes of a frame, at least.</summary>
    public const int FrameLengthMin = 2048;
    private const int LargeFrame = 4096;

    /// <summary>XDP_PACKET_HEADROOM, which the kernel leaves free before what it receives.</summary>
    private const int ReceiveHeadroom = 256;

    /// <summary>The longest IP packet that a frame holds: frames are no longer than a page.</summary>
    public const int MtuMax = LargeFrame - ReceiveHeadroom - EthernetHeader.Length;

    /// <summary>The longest IP packet that a frame of this layout holds, received or sent.</summary>
    public int MtuMaxOfFrame => FrameLength - ReceiveHeadroom - EthernetHeader.Length;

    /// <summary>Where the frames to send from begin.</summary>
    public long TransmitStart => (long)FrameCount * FrameLength;

    /// <summary>Where the room for ARP begins.</summary>
    public long ArpStart => 2 * TransmitStart;

    /// <summary>Bytes of the memory for frames, both ways.</summary>
    public long Length => ArpStart + LargeFrame;

    /// <summary>The layout for IP packets of so many bytes.</summary>
    public static XdpLayout For(int mtu) =>
        new(mtu <= FrameLengthMin - ReceiveHeadroom - EthernetHeader.Length ? FrameLengthMin : LargeFrame);
}
