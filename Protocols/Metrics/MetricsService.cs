using Straightwire.Protocols.Http;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Metrics and health by HTTP/1.1, on a port of their own for those who run the server: <c>/metrics</c>,
/// <c>/healthz</c> (the shard answers) and <c>/readyz</c> (and serves content).
/// </summary>
public sealed class MetricsService : IStreamService
{
    private readonly List<MetricsSession> _sessions = [];
    private readonly IStreamNetwork? _network;
    private IReadOnlyList<Ipv4Prefix> _allowed;

    /// <summary>Creates the service.</summary>
    /// <param name="options">Limits, and who may ask.</param>
    /// <param name="source">What there is to tell.</param>
    /// <param name="clock">Tells Date.</param>
    /// <param name="network">
    /// The shard's TCP, by which connections give way to others; null: none does.
    /// </param>
    public MetricsService(
        MetricsOptions options, IMetricsSource source, WallClock clock, IStreamNetwork? network = null) =>
        (Options, _allowed, Source, Clock, _network) = (options, options.Allowed, source, clock, network);

    /// <inheritdoc/>
    public ushort Port => Options.Port;

    /// <inheritdoc/>
    public int ReservedConnections => Options.ClientsMax;

    /// <summary>What it was told.</summary>
    public MetricsOptions Options { get; }

    /// <summary>What it did and refused.</summary>
    public MetricsCounters Counters { get; } = new();

    /// <summary>What there is to tell.</summary>
    internal IMetricsSource Source { get; }

    /// <summary>The time of day.</summary>
    internal WallClock Clock { get; }

    /// <summary>What a monitor sends is short.</summary>
    internal HttpOptions Http { get; } = new()
    {
        HeadBytesMax = 8192,
        TargetBytesMax = 1024,
        HeaderCountMax = 64,
    };

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        if (!IsAllowed(info.Flow.RemoteAddress))
        {
            Counters.PeersRefused++;
            return null;
        }
        Ipv4Address peer = info.Flow.RemoteAddress;
        if (_sessions.Count >= Options.ClientsMax && !TryMakeRoom(peer))
        {
            Counters.ClientsRefused++;
            return null;
        }
        Counters.Connections++;
        var session = new MetricsSession(this, peer, info.Now);
        _sessions.Add(session);
        return session;
    }

    /// <summary>
    /// The networks that may ask from the next connection on. Those that are connected stay.
    /// </summary>
    public void Allow(IReadOnlyList<Ipv4Prefix> networks) => _allowed = networks;

    /// <summary>A connection is gone.</summary>
    internal void Leave(MetricsSession session) => _sessions.Remove(session);

    // Whoever fills all places with connections that ask nothing keeps nobody else from asking: of who has
    // most with this one, the connection gives way that has asked nothing for longest.
    private bool TryMakeRoom(Ipv4Address peer)
    {
        MetricsSession? victim = _network is null ? null : _sessions
            .Where(session => !session.GivesWay)
            .GroupBy(session => session.Peer)
            .OrderByDescending(sessions => sessions.Count() + (sessions.Key == peer ? 1 : 0))
            .ThenBy(sessions => sessions.Min(session => session.AskedAt.Nanoseconds))
            .FirstOrDefault()?
            .MinBy(session => session.AskedAt.Nanoseconds);
        if (victim is null)
        {
            return false;
        }
        victim.GivesWay = true;
        _network!.Notify(victim.Id);
        Counters.ClientsDisplaced++;
        return true;
    }

    private bool IsAllowed(Ipv4Address peer)
    {
        foreach (Ipv4Prefix network in _allowed)
        {
            if (network.Contains(peer))
            {
                return true;
            }
        }
        return false;
    }
}
