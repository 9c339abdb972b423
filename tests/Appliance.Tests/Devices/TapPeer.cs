using System.Buffers.Binary;
using Straightwire.Devices;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>
/// Just enough of a host behind a TAP to talk to the kernel: it answers ARP, writes headers, and shows what
/// arrives.
/// </summary>
internal sealed class TapPeer : IDisposable
{
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const int IpStart = 14;
    public const int TransportStart = 34;

    private static readonly MacAddress Mac = new(0x02_00_00_00_00_02);
    private readonly MacAddress _hostMac = new(0x02_00_00_00_00_01);
    private readonly Frame[] _frames = new Frame[64];
    private readonly Queue<byte[]> _arrived = new();

    public TapPeer(bool offload = true)
    {
        LinkGrant grant = TapInterface.Open(Options with { HostMac = _hostMac, Offload = offload });
        Tap = new TapDevice(grant, queue: 0, Regions);
        Tap.Attach(Pool);
    }

    public static Ipv4Address Host => new(0xC612_0001);

    public static Ipv4Address Own => new(0xC612_0002);

    public static TapOptions Options { get; } = new()
    {
        Name = "sw0",
        HostAddress = new Ipv4Prefix(Host, 24),
        Mac = Mac,
        Address = new Ipv4Prefix(Own, 24),
    };

    public RegionTable Regions { get; } = new();

    public FramePool Pool { get; } = new(16, 2048);

    public TransmitBatch Batch { get; } = new(16, 4096, 8192);

    public TapDevice Tap { get; }

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
        _hostMac.Write(header);
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
            Tap.Transmit(Batch, MonotonicClock.Now), Is.EqualTo(new TransmitResult(count, Faulted: false)));
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
            int count = Tap.Receive(_frames, MonotonicClock.Now);
            foreach (Frame frame in _frames.AsSpan(0, count))
            {
                LastChecksum = frame.Checksum;
                _arrived.Enqueue(Tap.Bytes(frame).ToArray());
            }
            if (count == 0)
            {
                Tap.Wait(deadline, forRoom: false);
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

    public void Dispose()
    {
        Tap.Dispose();
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
        _hostMac.Write(reply);
        Mac.Write(reply[6..]);
        reply[21] = 2;
        Mac.Write(reply[22..]);
        request.AsSpan(38, 4).CopyTo(reply[28..]);
        _hostMac.Write(reply[32..]);
        request.AsSpan(28, 4).CopyTo(reply[38..]);
        Batch.Commit(ref segment);
        Flush();
    }
}
