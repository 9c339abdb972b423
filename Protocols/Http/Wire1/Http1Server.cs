using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// What the connections of one service on one shard have in common. They are reused, so that a connection
/// allocates nothing once as many have been open before.
/// </summary>
/// <param name="options">What its clients may do, and for how long.</param>
/// <param name="handler">Decides what requests are answered with.</param>
/// <param name="wire">Writes answers into connections.</param>
/// <param name="clock">Tells what stands in Date.</param>
/// <param name="network">
/// The shard's TCP, which shows requests again that had to wait; null: none waits.
/// </param>
internal sealed class Http1Server(
    HttpOptions options,
    IHttpHandler handler,
    IHttpWire wire,
    WallClock clock,
    IStreamNetwork? network)
{
    // So many names of connections, some of them gone, are kept before all are told whatever changed.
    private const int WaitingMax = 4096;

    private readonly Stack<Http1Connection> _free = new();
    private readonly Stack<OpenAnswers> _freeOpen = new();
    private readonly List<StreamId> _waiting = new(64);
    private long _ticket;
    private long _round;

    /// <summary>What clients may do, and for how long.</summary>
    public HttpOptions Options => options;

    /// <summary>Decides what requests are answered with.</summary>
    public IHttpHandler Handler => handler;

    /// <summary>Writes answers into connections.</summary>
    public IHttpWire Wire => wire;

    /// <summary>Tells the time of day.</summary>
    public WallClock Clock => clock;

    /// <summary>The shard's TCP; null where no request waits.</summary>
    public IStreamNetwork? Network => network;

    /// <summary>Where bodies that are made while they are sent are made.</summary>
    public BodyPiece Piece { get; } = new();

    /// <summary>What the connections did and refused.</summary>
    public HttpCounters Counters { get; } = new();

    /// <summary>Is told of each answer; null where nobody wants to know.</summary>
    public IHttpLog? Log { get; init; }

    /// <summary>The instant of this pass.</summary>
    public Instant Now { get; private set; }

    /// <summary>Is told of each connection that is gone; null where nobody wants to know.</summary>
    public Action<Http1Connection>? Closed { get; init; }

    /// <summary>A connection to serve.</summary>
    public Http1Connection Accept(in StreamInfo info)
    {
        Counters.Connections++;
        Http1Connection connection =
            _free.TryPop(out Http1Connection? used) ? used : new Http1Connection(this);
        connection.Begin(info);
        return connection;
    }

    /// <summary>
    /// The shard begins a pass. Requests that wait for what another ticket stood for are shown again.
    /// </summary>
    public void BeginPass(long ticket, Instant now)
    {
        Now = now;
        if (_waiting.Count == 0 || (_waiting.Count < WaitingMax && ticket == _ticket))
        {
            return;
        }
        foreach (StreamId stream in _waiting)
        {
            network!.Notify(stream);
        }
        _waiting.Clear();
        _round++;
    }

    /// <summary>
    /// A connection is told when the ticket is another one; once, however often it asks in one
    /// <paramref name="round"/>.
    /// </summary>
    public void Wait(StreamId stream, long ticket, ref long round)
    {
        if (round == _round)
        {
            return;
        }
        if (_waiting.Count == 0)
        {
            _ticket = ticket;
        }
        round = _round;
        _waiting.Add(stream);
    }

    /// <summary>A place for answers that are under way.</summary>
    public OpenAnswers RentOpen() => _freeOpen.TryPop(out OpenAnswers? used) ? used : new OpenAnswers();

    /// <summary>Takes the place back, which is empty.</summary>
    public void ReturnOpen(OpenAnswers open) => _freeOpen.Push(open);

    /// <summary>Takes a connection back that is gone.</summary>
    public void Return(Http1Connection connection)
    {
        _free.Push(connection);
        Closed?.Invoke(connection);
    }
}
