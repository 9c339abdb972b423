namespace Straightwire.Protocols.Metrics;

/// <summary>What the metrics service did and refused.</summary>
public sealed class MetricsCounters
{
    /// <summary>Connections taken.</summary>
    public long Connections;

    /// <summary>Connections reset because their peer may not ask.</summary>
    public long PeersRefused;

    /// <summary>Connections reset because there were too many.</summary>
    public long ClientsRefused;

    /// <summary>Connections reset for another one.</summary>
    public long ClientsDisplaced;

    /// <summary>Requests answered, those with an error included.</summary>
    public long Requests;

    /// <summary>Answers of class 4xx and 5xx.</summary>
    public long Errors;

    /// <summary>Connections finished because no request came in time.</summary>
    public long IdleTimeouts;
}
