using Straightwire.Protocols.Http;

namespace Straightwire.Protocols.Metrics;

/// <summary>Whom the metrics service refused; what it did is in its <see cref="HttpCounters"/>.</summary>
public sealed class MetricsCounters
{
    /// <summary>Connections reset because their peer may not ask.</summary>
    public long PeersRefused;

    /// <summary>Connections reset because there were too many.</summary>
    public long ClientsRefused;

    /// <summary>Connections reset for another one.</summary>
    public long ClientsDisplaced;
}
