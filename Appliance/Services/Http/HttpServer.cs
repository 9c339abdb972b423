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
    private readonly ListingOrders? _orders;
    private readonly List<HttpCounters> _counters = [];

    // Made when it is asked for, since the last shard is added after the first one is.
    private CounterTable? _table;

    /// <summary>Opens the logs.</summary>
    /// <param name="plan">What the section says.</param>
    /// <param name="host">What all services share.</param>
    /// <param name="orders">Sorts large directories; null: none are listed.</param>
    public HttpServer(HttpPlan plan, in ServiceHost host, ListingOrders? orders)
    {
        _orders = orders;
        _options = plan.Options;
        _log = plan.Logs is { } logs
            ? new AccessLog(logs, _options.Port, plan.Mask, host.Logger, host.Faults)
            : null;
    }

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        ShardOrders? ordersOfShard =
            _orders is null ? null : new ShardOrders(_orders, shard.Stack.Tcp, shard.Stack.Link.Wake);
        var service = new HttpService(
            _options, shard.Content, shard.Stack.Pool, shard.Clock, shard.Stack.Tcp, _log?.AddShard(),
            ordersOfShard);
        shard.Stack.Listen(service);
        _counters.Add(service.Counters);
        return new OnShard(service, ordersOfShard);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text)
    {
        text.Counter("http_log_records_dropped",
            "Records that were not logged because the log could not keep up or could not be written.",
            _log?.Dropped ?? 0);
        text.Counter("http_log_failures", "Writes of logs that failed.", _log?.Failures ?? 0);
        if (_orders is not null)
        {
            text.Counter("http_listing_sorts", "Large directories that were sorted.", _orders.Sorted);
            text.Gauge("http_listing_order_bytes", "Bytes of the orders that are kept.", _orders.Bytes);
        }
        _table ??= CounterTable.Of("http", _counters);
        _table.Write(text);
    }

    /// <inheritdoc/>
    public void Reopen() => _log?.Reopen();

    /// <inheritdoc/>
    public void Dispose()
    {
        _log?.Dispose();
        _orders?.Dispose();
    }

    private sealed class OnShard(HttpService service, ShardOrders? orders) : IShardService
    {
        public void BeginPass(Instant now)
        {
            service.BeginPass(now);
            orders?.BeginPass();
        }
    }
}
