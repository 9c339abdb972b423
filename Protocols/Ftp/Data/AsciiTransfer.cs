using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// RETR in TYPE A: a text whose lines end with CRLF (RFC 959 §3.1.1.1), translated as it goes.
/// </summary>
internal sealed class AsciiTransfer : FileTransfer
{
    /// <summary>Bytes of the file that are translated at once.</summary>
    public const int PieceLength = 8192;

    private const long RetryNanoseconds = 1_000_000;

    private readonly byte[] _scratch;
    private ContentReader _reader;
    private bool _afterCr;

    /// <summary>Prepares to send a slice of the current generation.</summary>
    /// <param name="memory">Where it is read.</param>
    /// <param name="slice">The whole file.</param>
    /// <param name="pacer">The rate.</param>
    /// <param name="scratch">At least three pieces long, used during calls only.</param>
    public AsciiTransfer(IContentMemory memory, in ContentSlice slice, Pacer pacer, byte[] scratch)
        : base(memory, slice, pacer) => (_scratch, _reader) = (scratch, new ContentReader(memory, in slice));

    /// <inheritdoc/>
    public override TransferProgress Advance(ref StreamOutput output)
    {
        while (!_reader.IsWhole)
        {
            if (output.Unacknowledged > output.SendAhead)
            {
                output.SetDeadline(output.Now.Plus(RefillNanoseconds));
                return TransferProgress.Going;
            }
            if (Pacer.IsActive && Pacer.Allowance(StartedAt, output.Now, Bytes) == 0)
            {
                output.SetDeadline(Pacer.Next(output.Now));
                return TransferProgress.Going;
            }
            switch (_reader.TryNext(_scratch.AsSpan(0, PieceLength), output.Now, out int count))
            {
                case ReadProgress.Pending:
                    output.SetDeadline(output.Now.Plus(RetryNanoseconds));
                    return TransferProgress.Going;
                case ReadProgress.Failed:
                    return TransferProgress.Failed;
            }
            if (!TrySend(_scratch.AsSpan(0, count), ref output))
            {
                return TransferProgress.Going;
            }
        }
        Release();
        return TransferProgress.Whole;
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
        _reader.Take(consumed);
        Bytes += written;
        return true;
    }
}
