using Straightwire.Appliance.Metrics;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Http;

/// <summary>HTTP of all shards.</summary>
internal sealed class HttpServer : IService
{
    private readonly HttpOptions _options;
    private readonly AccessLog? _log;
    private readonly List<HttpCounters> _counters = [];

    // Made when it is asked for, since the last shard is added after the first one is.
    private CounterTable? _table;

    /// <summary>Opens the logs.</summary>
    public HttpServer(HttpPlan plan, in ServiceHost host)
    {
        _options = plan.Options;
        _log = plan.Logs is { } logs
            ? new AccessLog(logs, _options.Port, plan.Mask, host.Logger, host.Faults)
            : null;
    }

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        var service = new HttpService(
            _options, shard.Content, shard.Stack.Pool, shard.Clock, shard.Stack.Tcp, _log?.AddShard());
        shard.Stack.Listen(service);
        _counters.Add(service.Counters);
        return new OnShard(service);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text)
    {
        text.Counter("http_log_records_dropped",
            "Records that were not logged because the log could not keep up or could not be written.",
            _log?.Dropped ?? 0);
        text.Counter("http_log_failures", "Writes of logs that failed.", _log?.Failures ?? 0);
        _table ??= CounterTable.Of("http", _counters);
        _table.Write(text);
    }

    /// <inheritdoc/>
    public void Reopen() => _log?.Reopen();

    /// <summary>Writes what the logs still hold.</summary>
    public void Dispose() => _log?.Dispose();

    private sealed class OnShard(HttpService service) : IShardService
    {
        public void BeginPass(Instant now) => service.BeginPass(now);
    }
}
