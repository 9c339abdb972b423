using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>What an answer says about its connection (RFC 9110 §7.6.1).</summary>
internal enum AnswerEnd : byte
{
    /// <summary>Nothing: it goes on, as the version has it by default.</summary>
    Default,

    /// <summary>"close": this is the last answer.</summary>
    Close,

    /// <summary>"keep-alive": the client asked for it, and its version does not by default.</summary>
    KeepAlive,

    /// <summary>
    /// "close", to a client that knows no chunks: where the length is not known, the end of the connection
    /// is the end of the content (RFC 9112 §6.3).
    /// </summary>
    CloseEndsContent,
}

/// <summary>
/// Writes answers as one version of HTTP has them. One per shard; nothing in it belongs to a connection.
/// </summary>
internal interface IHttpWire
{
    /// <summary>
    /// Queues an answer's head, and with it slices of content or a short text; all or nothing. False when it
    /// has to wait for room in the send queue, or for a frame. A text that is pulled
    /// (<see cref="HttpText.IsPulled"/>) follows from the connection, as there is room.
    /// </summary>
    /// <param name="answer">What was decided about the request.</param>
    /// <param name="end">What is said about the connection.</param>
    /// <param name="unixSeconds">Date, seconds since 1970.</param>
    /// <param name="output">The connection that it goes out by.</param>
    bool TryWrite(in HttpAnswer answer, AnswerEnd end, long unixSeconds, ref StreamOutput output);
}
