using Straightwire.Appliance.Metrics;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Ip;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>
/// The metrics of the program, at a port. One shard answers for all; whoever comes to another is handed over.
/// </summary>
internal sealed class MetricsServer(MetricsPlan plan, IMetricsSource source) : IService
{
    private readonly List<CounterTable> _counters = [];

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        if (shard.Stack.Options.Place.Number != 0)
        {
            return new Elsewhere();
        }
        var service = new MetricsService(
            plan.Options, plan.AllowedAt(shard.Stack.Options.Address), source, shard.Stack.Pool, shard.Clock,
            shard.Stack.Tcp);
        shard.Stack.Listen(service);
        _counters.Add(CounterTable.Of("metrics", [service.Http]));
        _counters.Add(CounterTable.Of("metrics", [service.Counters]));
        return new OnShard(plan, service);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text) => _counters.ForEach(table => table.Write(text));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class OnShard(MetricsPlan plan, MetricsService service) : IShardService
    {
        public void Adopt(NetworkState network)
        {
            if (network.Address is { } own)
            {
                service.Allow(plan.AllowedAt(own));
            }
        }
    }

    private sealed class Elsewhere : IShardService;
}
