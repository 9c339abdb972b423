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
    private IReadOnlyList<Ipv4Prefix> _allowed;
    private int _clients;

    /// <summary>Creates the service.</summary>
    /// <param name="options">Limits, and who may ask.</param>
    /// <param name="source">What there is to tell.</param>
    /// <param name="clock">Tells Date.</param>
    public MetricsService(MetricsOptions options, IMetricsSource source, WallClock clock) =>
        (Options, _allowed, Source, Clock) = (options, options.Allowed, source, clock);

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
        if (_clients >= Options.ClientsMax)
        {
            Counters.ClientsRefused++;
            return null;
        }
        Counters.Connections++;
        _clients++;
        return new MetricsSession(this);
    }

    /// <summary>
    /// The networks that may ask from the next connection on. Those that are connected stay.
    /// </summary>
    public void Allow(IReadOnlyList<Ipv4Prefix> networks) => _allowed = networks;

    /// <summary>A connection is gone.</summary>
    internal void Leave() => _clients--;

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
