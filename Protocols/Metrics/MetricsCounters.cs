using Straightwire.Protocols.Http;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Metrics;

/// <summary>Whom the metrics service refused; what it did is in its <see cref="HttpCounters"/>.</summary>
public sealed class MetricsCounters
{
    [Counter("Connections reset because their peer may not ask.")]
    public long PeersRefused;

    [Counter("Connections reset because there were too many.")]
    public long ClientsRefused;

    [Counter("Connections reset for another one, because there were too many.")]
    public long ClientsDisplaced;
}
