using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// RETR: a slice of the generation that was current when it was asked for, held until <see cref="Release"/>,
/// since a later one may be served before the data connection is there, or the last piece is queued.
/// </summary>
internal abstract class FileTransfer : DataTransfer
{
    private bool _isHeld;

    /// <summary>Holds the slice, so that its region stays until the transfer lets go of it.</summary>
    protected FileTransfer(IContentMemory memory, in ContentSlice slice, Pacer pacer)
    {
        (Memory, Slice, Pacer) = (memory, slice, pacer);
        if (slice.Length > 0)
        {
            memory.Acquire(slice.Region);
            _isHeld = true;
        }
    }

    /// <summary>Where the file's bytes are read.</summary>
    protected IContentMemory Memory { get; }

    /// <summary>The bytes of the file that are sent.</summary>
    protected ContentSlice Slice { get; }

    /// <summary>The rate that it is held to, if any.</summary>
    protected Pacer Pacer { get; }

    /// <inheritdoc/>
    public override void Release()
    {
        if (_isHeld)
        {
            _isHeld = false;
            Memory.Release(Slice.Region);
        }
    }
}
