using Straightwire.Appliance.Metrics;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Http;

/// <summary>HTTP of all shards.</summary>
/// <param name="options">What its clients may do.</param>
/// <param name="orders">Sorts large directories; null: none are listed.</param>
internal sealed class HttpServer(HttpOptions options, ListingOrders? orders) : IService
{
    private readonly List<HttpCounters> _counters = [];

    // Made when it is asked for, since the last shard is added after the first one is.
    private CounterTable? _table;

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        ShardOrders? ordersOfShard =
            orders is null ? null : new ShardOrders(orders, shard.Stack.Tcp, shard.Stack.Link.Wake);
        var service = new HttpService(
            options, shard.Content, shard.Stack.Pool, shard.Clock, shard.Stack.Tcp, ordersOfShard);
        shard.Stack.Listen(service);
        _counters.Add(service.Counters);
        return new OnShard(service, ordersOfShard);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text)
    {
        (_table ??= CounterTable.Of("http", _counters)).Write(text);
        if (orders is not null)
        {
            text.Counter("http_listing_sorts", "Large directories that were sorted.", orders.Sorted);
            text.Gauge("http_listing_order_bytes", "Bytes of the orders that are kept.", orders.Bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => orders?.Dispose();

    private sealed class OnShard(HttpService service, ShardOrders? orders) : IShardService
    {
        public void BeginPass(Instant now)
        {
            service.BeginPass();
            orders?.BeginPass();
        }
    }
}
