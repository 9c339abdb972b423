using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Content that is made while it is sent, piece by piece, and of which there is never more in memory than a
/// piece. Belongs to one answer; on its shard's thread.
/// </summary>
internal interface IHttpBody
{
    /// <summary>Bytes that are there and were not taken; empty while more is made, and at the end.</summary>
    ReadOnlySpan<byte> Ready { get; }

    /// <summary>Whether nothing comes after what is there.</summary>
    bool IsComplete { get; }

    /// <summary>Begins; before that nothing is done, since an answer may find no room.</summary>
    /// <param name="reader">
    /// The connection that is notified (<see cref="IStreamNetwork.Notify"/>) when there is more.
    /// </param>
    void Begin(StreamId reader);

    /// <summary>The first bytes of <see cref="Ready"/> were queued.</summary>
    void Take(int count);

    /// <summary>The connection is gone: nobody reads what is still being made.</summary>
    void Stop();
}
