using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Packet;

/// <summary>
/// Makes datagrams again of what the kernel shows as one: a program of this machine sent several by one call
/// (UDP_SEGMENT of udp(7)), or a card's datagrams were merged to be forwarded (rx-udp-gro-forwarding). A
/// segment of TCP may be as long as it likes; a datagram ends where its sender ended it. They are copies in
/// memory of their own, of one merged frame at a time.
/// </summary>
/// <param name="memory">The memory that frames are told of in.</param>
/// <param name="start">Where in it there are <see cref="Length"/> bytes for datagrams.</param>
internal sealed unsafe class DatagramCutter(byte* memory, long start)
{
    /// <summary>Most datagrams of one frame: the kernel's UDP_MAX_SEGMENTS.</summary>
    public const int DatagramMax = 128;

    /// <summary>Bytes of the memory: the longest packet, and for each datagram headers and a gap.</summary>
    public const int Length = (64 << 10) + (DatagramMax * (HeaderMax + (2 * Alignment)));

    private const int HeaderMax = EthernetHeader.Length + 60 + UdpHeader.Length;

    // The IP header begins at a multiple of it.
    private const int Alignment = 16;

    private const int TotalLengthField = 2;
    private const int ChecksumField = 10;
    private const int DatagramLengthField = 4;
    private const int DatagramChecksumField = 6;

    private readonly Frame[] _frames = new Frame[DatagramMax];
    private int _next;
    private int _end;

    /// <summary>Datagrams that were lost, or frames that are not what they are said to be.</summary>
    public long Lost { get; private set; }

    /// <summary>Fills frames with datagrams that are left of the last frame; how many.</summary>
    public int Take(Span<Frame> frames)
    {
        int count = Math.Min(frames.Length, _end - _next);
        _frames.AsSpan(_next, count).CopyTo(frames);
        _next += count;
        return count;
    }

    /// <summary>
    /// Cuts a frame into datagrams of so many bytes of payload, the last one of what is left. Nobody holds a
    /// datagram of the one before any more.
    /// </summary>
    public void Cut(ReadOnlySpan<byte> frame, int payloadLength)
    {
        _next = _end = 0;
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet, out ReadOnlySpan<byte> packet)
            || ethernet.EtherType != EthernetHeader.TypeIpv4
            || !Ipv4Header.TryRead(packet, out Ipv4Header ip, out ReadOnlySpan<byte> datagram, out _)
            || ip.Protocol != IpProtocol.Udp
            || ip.IsFragment
            || !UdpHeader.TryRead(datagram, out _, out ReadOnlySpan<byte> payload, out _))
        {
            Lost++;
            return;
        }
        ReadOnlySpan<byte> headers = frame[..(EthernetHeader.Length + ip.HeaderLength + UdpHeader.Length)];
        long at = start;
        for (; !payload.IsEmpty && _end < DatagramMax; _end++)
        {
            ReadOnlySpan<byte> own = payload[..Math.Min(payloadLength, payload.Length)];
            payload = payload[own.Length..];
            at = ((at + Alignment - 1) & -Alignment) + (Alignment - EthernetHeader.Length);
            int length = headers.Length + own.Length;
            Span<byte> written = new(memory + at, length);
            headers.CopyTo(written);
            own.CopyTo(written[headers.Length..]);
            WriteLengths(written[EthernetHeader.Length..], ip.HeaderLength);
            _frames[_end] = new Frame(at, length, ReceiveChecksum.Trusted);
            at += length;
        }
        Lost += (payload.Length + payloadLength - 1) / payloadLength;
    }

    private static void WriteLengths(Span<byte> packet, int headerLength)
    {
        Span<byte> header = packet[..headerLength];
        BinaryPrimitives.WriteUInt16BigEndian(header[TotalLengthField..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumField..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(
            header[ChecksumField..], InternetChecksum.Complete(InternetChecksum.Sum(header)));

        // The kernel has verified those that it merged, and nobody has summed those of this machine. RFC 768:
        // zero says that there is no checksum.
        Span<byte> datagram = packet[headerLength..];
        BinaryPrimitives.WriteUInt16BigEndian(datagram[DatagramLengthField..], (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[DatagramChecksumField..], 0);
    }
}
