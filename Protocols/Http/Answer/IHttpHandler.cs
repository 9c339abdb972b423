using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Decides what a request is answered with. It writes nothing and counts nothing, so that a request may be
/// decided again when its answer found no room. One per shard; nothing in it belongs to a connection.
/// </summary>
internal interface IHttpHandler
{
    /// <summary>Decides about a request whose head is complete.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">The instant of this pass.</param>
    /// <param name="unixSeconds">The time of day then, seconds since 1970.</param>
    /// <param name="answer">The answer, or that there is none yet.</param>
    void Decide(scoped in HttpRequest request, Instant now, long unixSeconds, out HttpAnswer answer);

    /// <summary>How a refusal is told, whether it is the wire's or this one's.</summary>
    /// <param name="fault">Why it is refused.</param>
    /// <param name="request">As much of the request as was understood.</param>
    /// <param name="answer">The answer.</param>
    void Refuse(RequestFault fault, scoped in HttpRequest request, out HttpAnswer answer);
}
