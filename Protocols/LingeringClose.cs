using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols;

/// <summary>
/// The end of a connection whose last answer is queued (RFC 9112 §9.6): this side has finished, and what the
/// peer still sends is read and dropped, because a RST could erase the answer before the peer has read it. It
/// is bounded in time, and in bytes: beyond those nothing is read any more, so that a peer that goes on is
/// held by its window and not by a RST, until its time is over.
/// </summary>
/// <remarks>A value of its session; the instants are those of the shard.</remarks>
internal struct LingeringClose
{
    private readonly Duration _quiet;
    private readonly Instant _end;
    private long _bytesLeft;

    /// <summary>Begins with the last answer.</summary>
    /// <param name="now">The instant of this pass.</param>
    /// <param name="patience">How long the peer's first byte or its FIN is waited for.</param>
    /// <param name="quiet">How long its next one is.</param>
    /// <param name="total">How long it is listened to, in all.</param>
    /// <param name="bytesMax">Bytes that are read and dropped.</param>
    public LingeringClose(Instant now, Duration patience, Duration quiet, Duration total, long bytesMax)
    {
        _quiet = quiet;
        _end = now + (patience.Nanoseconds > total.Nanoseconds ? patience : total);
        _bytesLeft = bytesMax;
        Due = now + patience;
    }

    /// <summary>When the peer has had its time.</summary>
    public Instant Due { get; private set; }

    /// <summary>Whether the peer has sent more than is read.</summary>
    public readonly bool IsDeaf => _bytesLeft < 0;

    /// <summary>
    /// How many of the shown bytes are dropped: all, or none because they are too many.
    /// </summary>
    public int Take(int length, Instant now)
    {
        if (IsDeaf)
        {
            return 0;
        }
        _bytesLeft -= length;
        if (IsDeaf)
        {
            return 0;
        }
        Instant next = Instant.Min(now + _quiet, _end);
        Due = next < Due ? Due : next;
        return length;
    }

    /// <summary>
    /// Whether its time is over, once <see cref="Due"/> has come. A peer that has not acknowledged the answer
    /// gets more: whether it makes progress is for TCP's user timeout to judge.
    /// </summary>
    public bool IsOver(in StreamOutput output)
    {
        if (output.Unacknowledged == 0)
        {
            return true;
        }
        Due = output.Now + _quiet;
        return false;
    }
}
