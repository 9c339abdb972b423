using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Link;

public class SoftwareOffloadTests
{
    private const int HeaderLength = 14 + 20 + 32;
    private static readonly Ipv4Address Source = new(0xC612_0002);
    private static readonly Ipv4Address Destination = new(0xC612_0001);

    private readonly byte[] _content = new byte[70_000];
    private readonly PlainLink _link = new();
    private readonly TransmitBatch _batch = new(16, 8192, 4 * TransmitBatch.GatherMax);
    private readonly FramePool _pool = new(4, 1024);
    private Memory _memory = null!;
    private SoftwareOffload _offload = null!;

    [SetUp]
    public void SetUp()
    {
        new Random(3).NextBytes(_content);
        _content.AsSpan(0, 1024).CopyTo(_pool.Bytes(1));
        _memory = new Memory(_content);
        _offload = new SoftwareOffload(_link, _memory);
        _offload.Attach(_pool);
        _link.Sent.Clear();
        _link.Room = int.MaxValue;
        _batch.Took(_batch.Pending.Length);
    }

    [TearDown]
    public void TearDown() => _offload.Dispose();

    [TestCase(1, 1448)]
    [TestCase(1447, 1448)]
    [TestCase(1448, 1448)]
    [TestCase(1449, 1448)]
    [TestCase(2 * 1448, 1448)]
    [TestCase(65_483, 1448)]
    [TestCase(5000, 100)]
    public void A_segment_is_cut_into_pieces_with_right_checksums(int length, int segmentSize)
    {
        Queue(length, segmentSize);
        Assert.That(_offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(1, false)));
        Assert.That(_link.Sent, Has.Count.EqualTo((length + segmentSize - 1) / segmentSize));
        CheckPieces(length, segmentSize);
        Assert.That(_link.Flushes, Is.EqualTo(1));
    }

    [TestCase(100, 0)]
    [TestCase(65_483, 1448)]
    public void A_link_that_completes_checksums_is_told_where_they_are(int length, int segmentSize)
    {
        using PlainLink link = new() { CompletesChecksums = true, Room = int.MaxValue };
        using SoftwareOffload offload = new(link, _memory);
        offload.Attach(_pool);
        Queue(length, segmentSize);
        Assert.That(offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(1, false)));
        Assert.That(link.Partial, Is.EqualTo(link.Sent.Count), "every piece");
        _link.Sent.AddRange(link.Sent);
        CheckPieces(length, segmentSize == 0 ? length : segmentSize);
    }

    // Linux calls it BIG TCP: no length in the header.
    [Test]
    public void A_segment_longer_than_its_header_can_tell_is_cut_too()
    {
        var cutter = new SegmentCutter(_link, _memory, segmentMax: 70_000);
        cutter.Attach(_pool);
        Queue(69_000, 1448);
        Assert.That(cutter.Transmit(_batch, default), Is.EqualTo(new TransmitResult(1, false)));
        CheckPieces(69_000, 1448);
    }

    [Test]
    public void A_full_link_is_resumed_in_the_middle_of_a_segment()
    {
        Queue(10_000, 1000);
        _link.Room = 3;
        Assert.That(_offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(0, false)));
        _link.Room = 4;
        Assert.That(_offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(0, false)));
        _link.Room = 9;
        Assert.That(_offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(1, false)));
        Assert.That(_link.Sent, Has.Count.EqualTo(10));
        CheckPieces(10_000, 1000);
    }

    [Test]
    public void Content_that_is_gone_faults_its_segment_and_no_other()
    {
        Queue(500, 0);
        Queue(3000, 1000);
        Queue(500, 0);
        _memory.ReadableLength = 2500;
        Assert.That(_offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(1, true)));
        _batch.Took(2);
        _memory.ReadableLength = _content.Length;
        Assert.That(_offload.Transmit(_batch, default), Is.EqualTo(new TransmitResult(1, false)));
        Assert.That(_link.Sent[^1].AsSpan(HeaderLength).SequenceEqual(_content.AsSpan(0, 500)), Is.True);
    }

    [Test]
    public void A_frame_without_offload_leaves_as_it_is()
    {
        ref OutboundSegment segment = ref _batch.Begin(60, out Span<byte> header);
        _content.AsSpan(0, 60).CopyTo(header);
        _batch.Commit(ref segment);
        Assert.That(_offload.Transmit(_batch, default).Taken, Is.EqualTo(1));
        Assert.That(_link.Sent.Single(), Is.EqualTo(_content[..60]));
    }

    [Test]
    public void A_udp_checksum_of_zero_is_sent_as_all_ones()
    {
        ref OutboundSegment segment = ref _batch.Begin(14 + 20 + 8, out Span<byte> header);
        header.Clear();
        segment.ChecksumStart = 34;
        segment.ChecksumOffset = 6;
        BinaryPrimitives.WriteUInt16BigEndian(header[40..], 0xFFFF);
        _batch.Commit(ref segment);
        _ = _offload.Transmit(_batch, default);
        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(_link.Sent.Single().AsSpan(40)), Is.EqualTo(0xFFFF));
    }

    /// <summary>
    /// Queues a TCP segment of the first bytes of content: the first 300 from the pool, the rest in two
    /// slices.
    /// </summary>
    private void Queue(int length, int segmentSize)
    {
        ref OutboundSegment segment = ref _batch.Begin(HeaderLength, out Span<byte> header);
        int tcpLength = 32 + length;
        header.Clear();
        new EthernetHeader(new MacAddress(1), new MacAddress(2), EthernetHeader.TypeIpv4).Write(header);
        new Ipv4Header
        {
            Source = Source,
            Destination = Destination,
            Protocol = IpProtocol.Tcp,
            TotalLength = 20 + tcpLength <= ushort.MaxValue ? 20 + tcpLength : 0,
            Identification = 0xFFFE,
            DontFragment = true,
            TimeToLive = 64,
        }.Write(header[14..]);
        Span<byte> tcp = header[34..];
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], 0xFFFF_FF00);
        tcp[12] = 8 << 4;
        tcp[13] = 0x80 | 0x10 | 0x08 | 0x01;
        ulong pseudo = InternetChecksum.PseudoHeader(Source, Destination, IpProtocol.Tcp, tcpLength);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], InternetChecksum.Fold(pseudo));
        segment.SegmentSize = (ushort)(length > segmentSize ? segmentSize : 0);
        segment.ChecksumStart = 34;
        segment.ChecksumOffset = 16;
        int fromPool = Math.Min(length, 300);
        _batch.Append(ref segment, _pool.Slice(1, 0, fromPool));
        int half = (length - fromPool) / 2;
        if (length > fromPool)
        {
            _batch.Append(ref segment, new ContentSlice(7, fromPool, half));
            _batch.Append(ref segment, new ContentSlice(8, fromPool + half, length - fromPool - half));
        }
        _batch.Commit(ref segment);
    }

    private void CheckPieces(int length, int segmentSize)
    {
        int sent = 0;
        for (int i = 0; i < _link.Sent.Count; i++)
        {
            byte[] frame = _link.Sent[i];
            bool isLast = i == _link.Sent.Count - 1;
            Assert.That(Ipv4Header.TryRead(
                frame.AsSpan(14), out Ipv4Header ip, out ReadOnlySpan<byte> tcp, out _), Is.True);
            int payloadLength = Math.Min(segmentSize, length - sent);
            Assert.That(tcp.Length, Is.EqualTo(32 + payloadLength));
            Assert.That(ip.TotalLength, Is.EqualTo(frame.Length - 14));
            Assert.That(ip.Identification, Is.EqualTo((ushort)(0xFFFE + i)));
            Assert.That(BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), Is.EqualTo(0xFFFF_FF00 + (uint)sent));
            int flags = 0x10 | (i == 0 ? 0x80 : 0) | (isLast ? 0x09 : 0);
            Assert.That(tcp[13], Is.EqualTo(flags));
            ulong pseudo = InternetChecksum.PseudoHeader(Source, Destination, IpProtocol.Tcp, tcp.Length);
            Assert.That(InternetChecksum.Complete(InternetChecksum.Sum(tcp, pseudo)), Is.Zero);
            Assert.That(tcp[32..].SequenceEqual(_content.AsSpan(sent, payloadLength)), Is.True);
            sent += payloadLength;
        }
        Assert.That(sent, Is.EqualTo(length));
    }

    private sealed class PlainLink : IPlainLink
    {
        private readonly byte[] _reserved = new byte[14 + 1500];

        public int Partial { get; private set; }

        public List<byte[]> Sent { get; } = [];

        public int Room { get; set; }

        public int Flushes { get; private set; }

        public int Mtu => 1500;

        public int Receive(Span<Frame> frames, Instant now) => 0;

        public ReadOnlySpan<byte> Bytes(in Frame frame) => default;

        public bool CompletesChecksums { get; init; }

        public Span<byte> Reserve(Instant now) => Room == 0 ? default : _reserved;

        public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now)
        {
            Room--;
            byte[] frame = _reserved[..length];
            Partial += checksumStart != 0 ? 1 : 0;
            if (checksumStart != 0)
            {
                Assert.That(CompletesChecksums, Is.True, "the link completes this one");
                ushort checksum = InternetChecksum.Complete(
                    InternetChecksum.Sum(frame.AsSpan(checksumStart)));
                BinaryPrimitives.WriteUInt16BigEndian(
                    frame.AsSpan(checksumStart + checksumOffset), checksum);
            }
            Sent.Add(frame);
        }

        public void Flush(Instant now) => Flushes++;

        public void Wait(Instant deadline, bool forRoom)
        {
        }

        public void Wake()
        {
        }

        public void Dispose() => Flushes = 0;
    }

    private sealed class Memory(byte[] content) : IContentMemory
    {
        public long ReadableLength { get; set; } = content.Length;

        public long Version => 0;

        public ContentReadiness Prepare(in ContentSlice slice, Instant now) => ContentReadiness.Resident;

        public bool TryRead(int region, long offset, Span<byte> destination)
        {
            if (offset + destination.Length > ReadableLength)
            {
                return false;
            }
            content.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return true;
        }

        public void Acquire(int region)
        {
        }

        public void Release(int region)
        {
        }
    }
}
