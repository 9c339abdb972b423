using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http;

/// <summary>
/// HTTP/1.1 for static content (RFC 9110, RFC 9112): one instance per shard. Sessions are reused, so that a
/// connection allocates nothing once as many have been open before.
/// </summary>
public sealed class HttpService : IStreamService
{
    private readonly Stack<HttpSession> _free = new();

    /// <summary>Creates the service.</summary>
    /// <param name="options">Limits and names.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="pool">The shard's frames; one of them holds what the answers of a second share.</param>
    /// <param name="clock">Tells Date.</param>
    public HttpService(HttpOptions options, IContentSource content, FramePool pool, WallClock clock)
    {
        Invariant.Assert(
            options.TargetBytesMax is > 0 && options.TargetBytesMax < options.HeadBytesMax,
            "a head has room for its target");
        Invariant.Assert(
            Ascii.IsValid(options.ServerName) && options.ServerName.Length <= HttpOptions.ServerNameLengthMax,
            "a server's name is short and ASCII");
        Options = options;
        Answers = new HttpAnswers(options, content, pool, clock, Counters);
    }

    /// <inheritdoc/>
    public ushort Port => Options.Port;

    /// <summary>What it was told.</summary>
    public HttpOptions Options { get; }

    /// <summary>What it did and refused.</summary>
    public HttpCounters Counters { get; } = new();

    /// <summary>Finds and queues answers.</summary>
    internal HttpAnswers Answers { get; }

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        Counters.Connections++;
        HttpSession session = _free.TryPop(out HttpSession? used) ? used : new HttpSession(this);
        session.Begin();
        return session;
    }

    /// <summary>Takes a session back whose connection is gone.</summary>
    internal void Return(HttpSession session) => _free.Push(session);
}
