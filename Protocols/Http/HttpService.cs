using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http;

/// <summary>
/// HTTP/1.1 for static content (RFC 9110, RFC 9112): one instance per shard. Sessions are reused, so that a
/// connection allocates nothing once as many have been open before.
/// </summary>
public sealed class HttpService : IStreamService
{
    // So many names of connections, some of them gone, are kept before all are told whatever changed.
    private const int WaitingMax = 4096;

    private readonly Stack<HttpSession> _free = new();
    private readonly IContentSource _content;
    private readonly List<StreamId> _waiting = new(64);
    private ContentGeneration _generation;
    private long _round;

    /// <summary>Creates the service.</summary>
    /// <param name="options">Limits and names.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="pool">The shard's frames; one of them holds what the answers of a second share.</param>
    /// <param name="clock">Tells Date.</param>
    /// <param name="network">The shard's TCP, which shows requests again that waited for their file; null:
    /// none waits.</param>
    public HttpService(
        HttpOptions options,
        IContentSource content,
        FramePool pool,
        WallClock clock,
        IStreamNetwork? network = null)
    {
        Invariant.Assert(
            options.TargetBytesMax is > 0 && options.TargetBytesMax < options.HeadBytesMax,
            "a head has room for its target");
        Invariant.Assert(
            Ascii.IsValid(options.ServerName) && options.ServerName.Length <= HttpOptions.ServerNameLengthMax,
            "a server's name is short and ASCII");
        Options = options;
        _content = content;
        _generation = content.Current;
        Network = network;
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
        session.Begin(info.Flow.RemoteAddress);
        return session;
    }

    /// <summary>The shard's TCP.</summary>
    internal IStreamNetwork? Network { get; }

    /// <summary>
    /// The shard begins a pass, with what may be another generation: requests that waited for one are shown
    /// again.
    /// </summary>
    public void BeginPass()
    {
        if (_waiting.Count == 0
            || (_waiting.Count < WaitingMax && ReferenceEquals(_generation, _content.Current)))
        {
            return;
        }
        _generation = _content.Current;
        foreach (StreamId stream in _waiting)
        {
            Network!.Notify(stream);
        }
        _waiting.Clear();
        _round++;
    }

    /// <summary>
    /// A connection is told when the generation changes; once, however often it asks in one <paramref
    /// name="round"/>.
    /// </summary>
    internal void TellOfContent(StreamId stream, ref long round)
    {
        if (round == _round)
        {
            return;
        }
        if (_waiting.Count == 0)
        {
            _generation = _content.Current;
        }
        round = _round;
        _waiting.Add(stream);
    }

    /// <summary>Takes a session back whose connection is gone.</summary>
    internal void Return(HttpSession session) => _free.Push(session);
}
