using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>How far a transfer is.</summary>
internal enum TransferProgress
{
    /// <summary>It goes on when there is room, when data come, or at a deadline that it has set.</summary>
    Going,

    /// <summary>All is queued, or all has come.</summary>
    Whole,

    /// <summary>What it reads from has failed.</summary>
    Failed,
}

/// <summary>What passes over one data connection.</summary>
internal abstract class DataTransfer
{
    /// <summary>
    /// Nanoseconds after which a transfer that has queued as much as it may looks again: the peer takes it
    /// bit by bit, and nobody tells before all is gone.
    /// </summary>
    protected const long RefillNanoseconds = 2_000_000;

    /// <summary>Bytes that have passed, as they stand on the wire.</summary>
    public long Bytes { get; protected set; }

    /// <summary>When it began to run.</summary>
    public Instant StartedAt { get; set; }

    /// <summary>Whether the client sends.</summary>
    public virtual bool IsUpload => false;

    /// <summary>Sends what there is room for.</summary>
    public abstract TransferProgress Advance(ref StreamOutput output);

    /// <summary>Takes received bytes and returns how many; an upload only.</summary>
    public virtual int Receive(ReadOnlySpan<byte> received, ref StreamOutput output) => received.Length;

    /// <summary>Gives back what it holds. The last call; may come more than once.</summary>
    public virtual void Release()
    {
    }
}
