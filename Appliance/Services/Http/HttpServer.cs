using Straightwire.Appliance.Metrics;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Http;

/// <summary>HTTP of all shards.</summary>
internal sealed class HttpServer(HttpOptions options) : IService
{
    private readonly List<HttpCounters> _counters = [];

    // Made when it is asked for, since the last shard is added after the first one is.
    private CounterTable? _table;

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        var service = new HttpService(
            options, shard.Content, shard.Stack.Pool, shard.Clock, shard.Stack.Tcp);
        shard.Stack.Listen(service);
        _counters.Add(service.Counters);
        return new OnShard(service);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text) => (_table ??= CounterTable.Of("http", _counters)).Write(text);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class OnShard(HttpService service) : IShardService
    {
        public void BeginPass(Instant now) => service.BeginPass(now);
    }
}
