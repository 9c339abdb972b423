using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Link;

/// <summary>
/// Makes whole frames of segments: gathers slices into a sender's memory, completes checksums where the
/// sender does not, and cuts long segments. What is cut is gathered first, so that content is read once for
/// all pieces.
/// </summary>
/// <param name="sender">What sends the frames.</param>
/// <param name="content">Where slices of content are read from.</param>
/// <param name="segmentMax">Most bytes of an IP packet that is cut.</param>
public sealed class SegmentCutter(
    IFrameSender sender, IContentReader content, int segmentMax = ushort.MaxValue)
{
    private const int UdpChecksumOffset = 6;
    private const int TcpSequence = 4;
    private const int TcpFlags = 13;
    private const byte FlagsOfTheLastPiece = 0x01 | 0x08;
    private const byte FlagsOfTheFirstPiece = 0x80;

    private readonly byte[] _whole = GC.AllocateUninitializedArray<byte>(segmentMax);
    private FramePool? _pool;
    private bool _senderCompletesChecksums;

    // Payload bytes of the first pending segment that have left already, in whole pieces.
    private int _sentOfFirst;

    /// <summary>
    /// Some pieces of the first pending segment have left, and the others have to leave by here too.
    /// </summary>
    public bool IsWithinSegment => _sentOfFirst > 0;

    /// <summary>As <see cref="ILinkDevice.Attach"/>.</summary>
    public void Attach(FramePool pool) => _pool = pool;

    /// <summary>
    /// Sends a prefix of the pending segments. A segment that is cut counts as taken when its last piece is
    /// sent; when the sender is full before that, the next call goes on with the piece that did not fit.
    /// </summary>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        _senderCompletesChecksums = sender.CompletesChecksums;
        ReadOnlySpan<OutboundSegment> pending = batch.Pending;
        int taken = 0;
        Outcome outcome = Outcome.Sent;
        while (taken < pending.Length && (outcome = Send(batch, pending[taken], now)) == Outcome.Sent)
        {
            taken++;
            _sentOfFirst = 0;
        }
        if (outcome == Outcome.Faulted)
        {
            // The caller drops the segment, so that the next one begins at its own start.
            _sentOfFirst = 0;
        }
        sender.Flush(now);
        return new TransmitResult(taken, outcome == Outcome.Faulted);
    }

    private Outcome Send(TransmitBatch batch, in OutboundSegment segment, Instant now)
    {
        bool isCut = segment.SegmentSize != 0 && segment.SegmentSize < segment.PayloadLength;
        if (isCut && _sentOfFirst == 0
            && !TryGather(batch.Gather(segment), _whole.AsSpan(0, segment.PayloadLength)))
        {
            return Outcome.Faulted;
        }
        int pieceMax = isCut ? segment.SegmentSize : segment.PayloadLength;
        do
        {
            Span<byte> reserved = sender.Reserve(now);
            if (reserved.IsEmpty)
            {
                return Outcome.Full;
            }
            int length = Math.Min(pieceMax, segment.PayloadLength - _sentOfFirst);
            Span<byte> frame = reserved[..(segment.HeaderLength + length)];
            Span<byte> payload = frame[segment.HeaderLength..];
            batch.HeaderOf(segment).CopyTo(frame);
            if (isCut)
            {
                _whole.AsSpan(_sentOfFirst, length).CopyTo(payload);
                Adjust(frame, segment, _sentOfFirst, length);
            }
            else if (!TryGather(batch.Gather(segment), payload))
            {
                return Outcome.Faulted;
            }
            Finish(frame, segment, now);
            _sentOfFirst += length;
        }
        while (_sentOfFirst < segment.PayloadLength);
        return Outcome.Sent;
    }

    private void Finish(Span<byte> frame, in OutboundSegment segment, Instant now)
    {
        ushort checksumStart = segment.ChecksumStart;
        if (checksumStart != 0 && !_senderCompletesChecksums)
        {
            CompleteChecksum(frame[checksumStart..], segment.ChecksumOffset);
            checksumStart = 0;
        }
        sender.Commit(frame.Length, checksumStart, segment.ChecksumOffset, now);
    }

    /// <summary>
    /// Fills <paramref name="destination"/> from the slices; false when content is gone.
    /// </summary>
    private bool TryGather(ReadOnlySpan<ContentSlice> slices, Span<byte> destination)
    {
        foreach (ref readonly ContentSlice slice in slices)
        {
            int length = (int)slice.Length;
            if (!TryRead(slice, destination[..length]))
            {
                return false;
            }
            destination = destination[length..];
        }
        Invariant.Assert(destination.IsEmpty, "a segment's slices are as long as it says");
        return true;
    }

    private bool TryRead(in ContentSlice slice, Span<byte> destination)
    {
        if (slice.Region != ContentSlice.PoolRegion)
        {
            return content.TryRead(slice.Region, slice.Offset, destination);
        }
        Invariant.Assert(_pool is not null, "the pool is attached before its slices are sent");
        _pool.Bytes(slice).CopyTo(destination);
        return true;
    }

    /// <summary>
    /// Makes a piece's headers of the whole segment's: IPv4 length, identification and checksum; TCP
    /// sequence, flags and partial checksum.
    /// </summary>
    private static void Adjust(Span<byte> frame, in OutboundSegment segment, int sent, int length)
    {
        Span<byte> ip = frame[EthernetHeader.Length..];
        Span<byte> tcp = frame[segment.ChecksumStart..];
        Invariant.Assert(
            segment.ChecksumStart > EthernetHeader.Length, "a segment to cut has a partial checksum");
        int pieceIndex = sent / segment.SegmentSize;
        int ipHeaderLength = segment.ChecksumStart - EthernetHeader.Length;
        ushort identification = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(identification + pieceIndex));
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(
            ip[10..], InternetChecksum.Complete(InternetChecksum.Sum(ip[..ipHeaderLength])));

        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[TcpSequence..]);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[TcpSequence..], sequence + (uint)sent);
        if (sent + length < segment.PayloadLength)
        {
            tcp[TcpFlags] &= unchecked((byte)~FlagsOfTheLastPiece);
        }
        if (sent > 0)
        {
            // RFC 3168 §6.1.2: CWR is told once.
            tcp[TcpFlags] &= unchecked((byte)~FlagsOfTheFirstPiece);
        }

        // The field's pseudo-header counts the whole segment. Adding the complement of its length, which may
        // have more than 16 bits, takes that out.
        Span<byte> field = tcp[segment.ChecksumOffset..];
        ushort lengthOfWhole = InternetChecksum.Fold((ulong)(tcp.Length - length + segment.PayloadLength));
        ulong sum = BinaryPrimitives.ReadUInt16BigEndian(field);
        BinaryPrimitives.WriteUInt16BigEndian(
            field, InternetChecksum.Fold(sum + (ushort)~lengthOfWhole + (uint)tcp.Length));
    }

    private static void CompleteChecksum(Span<byte> transport, int offset)
    {
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(transport));
        // RFC 768: zero says "no checksum", and all ones equal it in one's complement. TCP sends zero as it
        // is.
        bool isUdp = offset == UdpChecksumOffset;
        BinaryPrimitives.WriteUInt16BigEndian(
            transport[offset..], isUdp && checksum == 0 ? ushort.MaxValue : checksum);
    }

    private enum Outcome
    {
        Sent,
        Full,
        Faulted,
    }
}
