using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// RETR in TYPE I: the file's own bytes as one slice, as HTTP sends them; in pieces where there is a rate.
/// </summary>
internal sealed class ContentTransfer : DataTransfer
{
    private readonly IContentMemory _memory;
    private readonly ContentSlice _slice;
    private readonly Pacer _pacer;
    private bool _isHeld;

    /// <summary>
    /// Prepares to send a slice of the current generation, which is held until <see cref="Release"/>.
    /// </summary>
    public ContentTransfer(IContentMemory memory, in ContentSlice slice, Pacer pacer)
    {
        _memory = memory;
        _slice = slice;
        _pacer = pacer;
        if (slice.Length > 0)
        {
            // A later generation may be served before the data connection is there, or the last piece is
            // queued.
            memory.Acquire(slice.Region);
            _isHeld = true;
        }
    }

    /// <inheritdoc/>
    public override TransferProgress Advance(ref StreamOutput output)
    {
        long left = _slice.Length - Bytes;
        long length = left;
        if (_pacer.IsActive)
        {
            length = Math.Min(left, _pacer.Allowance(StartedAt, output.Now, Bytes));
            output.SetDeadline(Pacer.Next(output.Now));
        }
        if (length > 0 && output.TryWriteContent(_slice.Part(Bytes, length)))
        {
            Bytes += length;
        }
        if (Bytes < _slice.Length)
        {
            return TransferProgress.Going;
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
}
