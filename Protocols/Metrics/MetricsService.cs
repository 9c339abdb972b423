using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Metrics and health by HTTP, on a port of their own for those who run the server; see
/// <see cref="MetricsHandler"/>.
/// </summary>
public sealed class MetricsService : IStreamService
{
    private readonly List<Http1Connection> _connections = [];
    private readonly Http1Server _server;
    private IReadOnlyList<IpPrefix> _allowed;

    /// <summary>Creates the service of one shard.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="allowed">The networks that may ask; connections from elsewhere are reset.</param>
    /// <param name="source">What there is to tell.</param>
    /// <param name="pages">Has pages of connections filled.</param>
    /// <param name="pool">The shard's frames.</param>
    /// <param name="clock">Tells what stands in Date.</param>
    /// <param name="network">
    /// The shard's TCP, by which connections give way to others; null: none does.
    /// </param>
    public MetricsService(
        MetricsOptions options,
        IReadOnlyList<IpPrefix> allowed,
        IMetricsSource source,
        IConnectionPages pages,
        FramePool pool,
        WallClock clock,
        IStreamNetwork? network = null)
    {
        (Options, _allowed) = (options, allowed);
        HttpOptions http = LimitsOf(options);
        _server = new Http1Server(
            http, new MetricsHandler(source, pages), new Http1Writer(http, pool), clock, network)
        {
            Closed = connection => _connections.Remove(connection),
        };
    }

    /// <inheritdoc/>
    public ushort Port => Options.Port;

    /// <inheritdoc/>
    public int ReservedConnections => Options.Clients;

    /// <summary>The limits that it was told.</summary>
    public MetricsOptions Options { get; }

    /// <summary>Counts whom it refused, and why.</summary>
    public MetricsCounters Counters { get; } = new();

    /// <summary>What its connections did and refused.</summary>
    public HttpCounters Http => _server.Counters;

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        IpAddress peer = info.Flow.RemoteAddress;
        if (!IsAllowed(peer))
        {
            Counters.PeersRefused++;
            return null;
        }
        if (_connections.Count >= Options.Clients && !TryMakeRoom(peer))
        {
            Counters.ClientsRefused++;
            return null;
        }
        Http1Connection connection = _server.Accept(info);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A page has come back that a shard has filled. Its reader may be gone by now.</summary>
    public void OnFilled(ConnectionPage page)
    {
        page.Filled();
        _server.Network?.Notify(page.Reader);
    }

    /// <summary>
    /// The networks that may ask from the next connection on. Those that are connected stay.
    /// </summary>
    public void Allow(IReadOnlyList<IpPrefix> networks) => _allowed = networks;

    // What a monitor sends is short, and a head has no time of its own: it comes before the connection has
    // been idle for too long.
    private static HttpOptions LimitsOf(MetricsOptions options) => new()
    {
        Port = options.Port,
        ServerName = "",
        HeadBytes = 8192,
        TargetBytes = 1024,
        HeaderCount = 64,
        HeadTimeout = default,
        IdleTimeout = options.IdleTimeout,
        BodyBytes = 0,
        LingerTimeout = options.LingerTimeout,
        LingerTimeMax = options.LingerTimeMax,
        LingerBytesMax = 16 << 20,
    };

    // Whoever fills all places with connections that ask nothing keeps nobody else from asking: of who has
    // most with this one, the connection gives way that has asked nothing for longest.
    private bool TryMakeRoom(IpAddress peer)
    {
        Http1Connection? victim = _server.Network is null ? null : _connections
            .Where(connection => !connection.GivesWay)
            .GroupBy(connection => connection.Peer)
            .OrderByDescending(held => held.Count() + (held.Key == peer ? 1 : 0))
            .ThenBy(held => held.Min(connection => connection.AskedAt.Nanoseconds))
            .FirstOrDefault()?
            .MinBy(connection => connection.AskedAt.Nanoseconds);
        if (victim is null)
        {
            return false;
        }
        victim.GiveWay();
        Counters.ClientsDisplaced++;
        return true;
    }

    private bool IsAllowed(IpAddress peer)
    {
        foreach (IpPrefix network in _allowed)
        {
            if (network.Contains(peer))
            {
                return true;
            }
        }
        return false;
    }
}
