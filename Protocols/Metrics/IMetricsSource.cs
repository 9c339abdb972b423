namespace Straightwire.Protocols.Metrics;

/// <summary>What there is to tell. Asked on the shard's thread.</summary>
public interface IMetricsSource
{
    /// <summary>Whether requests for content are being answered.</summary>
    bool IsReady { get; }

    /// <summary>
    /// All metrics as a text in Prometheus' exposition format 0.0.4; the bytes do not change afterwards.
    /// </summary>
    ReadOnlyMemory<byte> Render();
}
