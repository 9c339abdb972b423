using Straightwire.Appliance.Metrics;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>
/// The metrics of the program, at a port. One shard answers for all; whoever comes to another is handed over.
/// What it tells of connections is written by the shards that have them.
/// </summary>
internal sealed class MetricsServer : IService, IConnectionPages
{
    private readonly MetricsPlan _plan;
    private readonly IMetricsSource _source;
    private readonly MetricsFile? _file;
    private readonly List<PageTurns> _asked = [];
    private readonly List<CounterTable> _counters = [];
    private PageTurns? _filled;

    /// <summary>Nothing is opened before the first shard is added.</summary>
    public MetricsServer(MetricsPlan plan, in ServiceHost host)
    {
        (_plan, _source) = (plan, host.Metrics);
        _file = plan.File is { } file ? new MetricsFile(file, host.Metrics, host.Logger) : null;
    }

    /// <inheritdoc/>
    public int ShardCount => _asked.Count;

    /// <inheritdoc/>
    public void Ask(ConnectionPage page) => _asked[page.Shard].Post(page);

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        var asked = new PageTurns(shard.Stack.Link.Wake);
        _asked.Add(asked);
        _filled ??= new PageTurns(shard.Stack.Link.Wake);
        var writes = new Writes(shard.Stack, asked, _filled);
        if (shard.Stack.Options.Place.Number != 0)
        {
            return writes;
        }
        var service = new MetricsService(
            _plan.Options, _plan.AllowedAt(shard.Stack.Options.Address), _source, this, shard.Stack.Pool,
            shard.Clock, shard.Stack.Tcp);
        if (_plan.HasPort)
        {
            shard.Stack.Listen(service);
        }
        _file?.Start(shard.Stack.Link.Wake);
        _counters.Add(CounterTable.Of("metrics", [service.Http]));
        _counters.Add(CounterTable.Of("metrics", [service.Counters]));
        return new Answers(_plan, service, writes, _filled, _file);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text) => _counters.ForEach(table => table.Write(text));

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // A shard that writes what is asked of its connections: a page a pass, so that those who ask much do not
    // hold it up.
    private sealed class Writes(Shard stack, PageTurns asked, PageTurns filled) : IShardService
    {
        public void BeginPass(Instant now)
        {
            if (asked.TryTake(out ConnectionPage? page))
            {
                page.Fill(stack.Tcp, now);
                filled.Post(page);
            }
        }
    }

    // The shard that answers.
    private sealed class Answers(
        MetricsPlan plan, MetricsService service, Writes writes, PageTurns filled, MetricsFile? file)
        : IShardService
    {
        public void BeginPass(Instant now)
        {
            writes.BeginPass(now);
            file?.BeginPass();
            if (filled.TryTake(out ConnectionPage? page))
            {
                service.OnFilled(page);
            }
        }

        public void Adopt(NetworkState network)
        {
            if (network.Address is { } own)
            {
                service.Allow(plan.AllowedAt(own));
            }
        }
    }
}
