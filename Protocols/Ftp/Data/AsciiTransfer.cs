using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// RETR in TYPE A: a text whose lines end with CRLF (RFC 959 §3.1.1.1), translated as it goes.
/// </summary>
internal sealed class AsciiTransfer : DataTransfer
{
    /// <summary>Bytes of the file that are translated at once.</summary>
    public const int PieceLength = 8192;

    // So much stands in the send queue at most, since it stands in the pool that all connections share.
    private const long QueuedMax = 128 * 1024;
    private const long RetryNanoseconds = 1_000_000;

    private readonly IContentMemory _memory;
    private readonly ContentSlice _slice;
    private readonly Pacer _pacer;
    private readonly byte[] _scratch;
    private long _read;
    private bool _afterCr;
    private bool _isHeld;

    /// <summary>Prepares to send a slice of the current generation.</summary>
    /// <param name="memory">Where it is read.</param>
    /// <param name="slice">The whole file.</param>
    /// <param name="pacer">The rate.</param>
    /// <param name="scratch">At least three pieces long, used during calls only.</param>
    public AsciiTransfer(IContentMemory memory, in ContentSlice slice, Pacer pacer, byte[] scratch)
    {
        _memory = memory;
        _slice = slice;
        _pacer = pacer;
        _scratch = scratch;
        if (slice.Length > 0)
        {
            memory.Acquire(slice.Region);
            _isHeld = true;
        }
    }

    /// <inheritdoc/>
    public override TransferProgress Advance(ref StreamOutput output)
    {
        while (_read < _slice.Length)
        {
            if (output.Unacknowledged > QueuedMax)
            {
                output.SetDeadline(output.Now.Plus(RefillNanoseconds));
                return TransferProgress.Going;
            }
            if (_pacer.IsActive && _pacer.Allowance(StartedAt, output.Now, Bytes) == 0)
            {
                output.SetDeadline(Pacer.Next(output.Now));
                return TransferProgress.Going;
            }
            ContentSlice piece = _slice.Part(_read, Math.Min(PieceLength, _slice.Length - _read));
            switch (_memory.Prepare(in piece, output.Now))
            {
                case ContentReadiness.Pending:
                    output.SetDeadline(output.Now.Plus(RetryNanoseconds));
                    return TransferProgress.Going;
                case ContentReadiness.Faulted:
                    return TransferProgress.Failed;
            }
            Span<byte> source = _scratch.AsSpan(0, (int)piece.Length);
            if (!_memory.TryRead(piece.Region, piece.Offset, source))
            {
                _memory.OnFault(in piece, output.Now);
                return TransferProgress.Failed;
            }
            if (!TrySend(source, ref output))
            {
                return TransferProgress.Going;
            }
        }
        Release();
        return TransferProgress.Whole;
    }

    /// <inheritdoc/>
    public override void Release()
    {
        if (_isHeld)
        {
            _isHeld = false;
            _memory.Release(_slice.Region);
        }
    }

    private bool TrySend(ReadOnlySpan<byte> source, ref StreamOutput output)
    {
        bool afterCr = _afterCr;
        Span<byte> text = _scratch.AsSpan(PieceLength, 2 * PieceLength);
        AsciiText.Encode(source, text, ref afterCr, out int consumed, out int written);
        if (!output.TryWrite(text[..written]))
        {
            return false;
        }
        _afterCr = afterCr;
        _read += consumed;
        Bytes += written;
        return true;
    }
}
