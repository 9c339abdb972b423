using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Straightwire.Appliance.Tests.Devices.Packet;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>
/// Just enough of a host behind a link to talk to the kernel: it answers ARP, writes headers, and shows what
/// arrives.
/// </summary>
internal abstract class LinkPeer : IDisposable
{
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const int IpStart = 14;
    public const int TransportStart = 34;

    public const byte EchoReply = 0;
    public const byte Syn = 2;
    public const byte PushAck = 0x18;
    public const byte FinAck = 0x11;

    private const byte EchoRequest = 8;

    private readonly Frame[] _frames = new Frame[64];
    private readonly Queue<byte[]> _arrived = new();

    /// <summary>The kernel's Ethernet address on the link, and ours.</summary>
    public static MacAddress HostMac => new(0x02_00_00_00_00_01);

    /// <inheritdoc cref="HostMac"/>
    public static MacAddress Mac => new(0x02_00_00_00_00_02);

    public static Ipv4Address Host => new(0xC612_0001);

    public static Ipv4Address Own => new(0xC612_0002);

    public RegionTable Regions { get; } = new();

    public FramePool Pool { get; } = new(16, 2048);

    public TransmitBatch Batch { get; } = new(16, 4096, 8192);

    /// <summary>The link.</summary>
    public abstract ILinkDevice Device { get; }

    /// <summary>What the link knew of the checksum of the last frame that <see cref="Next"/> gave.</summary>
    public ReceiveChecksum LastChecksum { get; private set; }

    /// <summary>A packed and sealed region.</summary>
    public ContentSlice Packed(ReadOnlySpan<byte> bytes)
    {
        int region = Regions.AddPacked(bytes.Length);
        bytes.CopyTo(Regions.PackedSpan(region, 0, bytes.Length));
        Regions.Seal(region);
        return new ContentSlice(region, 0, bytes.Length);
    }

    /// <summary>
    /// Queues an IPv4 packet: headers written here, payload gathered. A TCP checksum is left to the link.
    /// </summary>
    public void Queue(
        byte protocol, ReadOnlySpan<byte> transport, int segmentSize, params ContentSlice[] gather)
    {
        ref OutboundSegment segment = ref Batch.Begin(
            TransportStart + transport.Length, out Span<byte> header);
        foreach (ContentSlice slice in gather)
        {
            Batch.Append(ref segment, slice);
        }
        HostMac.Write(header);
        Mac.Write(header[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[12..], 0x0800);
        Span<byte> ip = header[IpStart..TransportStart];
        ip.Clear();
        int transportLength = transport.Length + segment.PayloadLength;
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(ip.Length + transportLength));
        ip[8] = 64;
        ip[9] = protocol;
        Own.Write(ip[12..]);
        Host.Write(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Sum(ip));
        transport.CopyTo(header[TransportStart..]);
        segment.SegmentSize = (ushort)segmentSize;
        if (protocol == Tcp)
        {
            uint pseudo = Sum(ip[12..20]) + protocol + (uint)transportLength;
            BinaryPrimitives.WriteUInt16BigEndian(header[(TransportStart + 16)..], (ushort)Fold(pseudo));
            segment.ChecksumStart = TransportStart;
            segment.ChecksumOffset = 16;
        }
        Batch.Commit(ref segment);
    }

    /// <summary>Sends all that is queued; it must go.</summary>
    public void Flush()
    {
        int count = Batch.Pending.Length;
        Assert.That(
            Device.Transmit(Batch, MonotonicClock.Now),
            Is.EqualTo(new TransmitResult(count, Faulted: false)));
        Batch.Took(count);
    }

    /// <summary>
    /// The next frame that carries <paramref name="protocol"/> over IPv4; answers ARP on the way.
    /// </summary>
    public byte[] Next(byte protocol)
    {
        Instant deadline = MonotonicClock.Now.PlusMilliseconds(5000);
        while (MonotonicClock.Now < deadline)
        {
            while (_arrived.TryDequeue(out byte[]? frame))
            {
                int type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12));
                if (type == 0x0806 && frame[21] == 1)
                {
                    AnswerArp(frame);
                }
                else if (type == 0x0800 && frame[IpStart + 9] == protocol)
                {
                    return frame;
                }
            }
            int count = Device.Receive(_frames, MonotonicClock.Now);
            foreach (Frame frame in _frames.AsSpan(0, count))
            {
                LastChecksum = frame.Checksum;
                _arrived.Enqueue(Device.Bytes(frame).ToArray());
            }
            if (count == 0)
            {
                Device.Wait(deadline, forRoom: false);
            }
        }
        throw new AssertionException("The kernel sent nothing of the kind within 5 s.");
    }

    /// <summary>The Internet checksum's sum, not complemented (RFC 1071).</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)bytes[i] << (i % 2 == 0 ? 8 : 0);
        }
        return Fold(sum);
    }

    /// <summary>A link of a kind, with the kernel at its other end, in the thread's namespace.</summary>
    public static LinkPeer New(LinkKind kind, bool offload = true) => kind switch
    {
        LinkKind.Packet => new PacketPeer(offload),
        _ => new TapPeer(offload),
    };

    public static byte[] Pattern(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>An echo request's header, its checksum over the data too (RFC 792).</summary>
    public static byte[] Echo(ReadOnlySpan<byte> data)
    {
        byte[] header = [EchoRequest, 0, 0, 0, 0x12, 0x34, 0, 1];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)~Sum([.. header, .. data]));
        return header;
    }

    /// <summary>A TCP header in answer to a SYN, which acknowledges bytes after it.</summary>
    public static byte[] Segment(
        ReadOnlySpan<byte> synFrame, uint sequence, byte flags, uint acknowledged = 0)
    {
        ReadOnlySpan<byte> syn = synFrame[TransportStart..];
        byte[] mss = (flags & Syn) != 0 ? [2, 4, 1460 >> 8, 1460 & 255] : [];
        byte[] header = [.. syn[2..4], .. syn[..2], .. new byte[16], .. mss];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(
            header.AsSpan(8), BinaryPrimitives.ReadUInt32BigEndian(syn[4..]) + 1 + acknowledged);
        header[12] = (byte)(header.Length << 2);
        header[13] = flags;
        header[14] = header[15] = 0xFF;
        return header;
    }

    /// <summary>What a client of the kernel reads from our port 80.</summary>
    public static byte[] ReadAll()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = 5000;
        socket.Connect(new IPEndPoint(IPAddress.Parse(Own.ToString()), 80));
        var all = new MemoryStream();
        byte[] some = new byte[16_384];
        for (int count; (count = socket.Receive(some)) > 0;)
        {
            all.Write(some, 0, count);
        }
        return all.ToArray();
    }

    public virtual void Dispose()
    {
        Device.Dispose();
        Regions.Dispose();
    }

    private static uint Fold(uint sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return sum;
    }

    private void AnswerArp(byte[] request)
    {
        ref OutboundSegment segment = ref Batch.Begin(42, out Span<byte> reply);
        request.AsSpan(0, 42).CopyTo(reply);
        HostMac.Write(reply);
        Mac.Write(reply[6..]);
        reply[21] = 2;
        Mac.Write(reply[22..]);
        request.AsSpan(38, 4).CopyTo(reply[28..]);
        HostMac.Write(reply[32..]);
        request.AsSpan(28, 4).CopyTo(reply[38..]);
        Batch.Commit(ref segment);
        Flush();
    }
}
