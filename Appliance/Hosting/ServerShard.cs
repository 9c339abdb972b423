using Straightwire.Appliance.Content;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services;
using Straightwire.Devices.Native;
using Straightwire.Protocols;
using Straightwire.Stack;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// One shard of the server: a queue of the link, the stack and the services on it, and the thread that runs
/// them. It shares the content, and what others hand over to it.
/// </summary>
public sealed class ServerShard : IDisposable
{
    private readonly ILinkDevice _link;
    private readonly IShardService[] _services;
    private readonly SteeringWatch _watch;
    private readonly ConflictWatch _conflicts;
    private NetworkState? _network;

    /// <summary>Builds it; nothing runs before <see cref="Thread"/> is started.</summary>
    /// <param name="options">All that is configured.</param>
    /// <param name="shard">The stack's part of it.</param>
    /// <param name="link">Its queue, which is given back by who made it.</param>
    /// <param name="content">Its view of the content.</param>
    /// <param name="peers">Its place among the others.</param>
    /// <param name="peerTable">Who connects, as all shards know it.</param>
    /// <param name="services">What runs on it.</param>
    /// <param name="processor">The CPU to stay on; null: any that the process may use.</param>
    /// <param name="troubles">Told, on its thread, of what ends it or befalls it.</param>
    /// <param name="faults">Told, on its thread, of faults that it survives.</param>
    public ServerShard(
        ApplianceOptions options,
        ShardOptions shard,
        ILinkDevice link,
        ShardContent content,
        ShardPeers peers,
        PeerTable peerTable,
        IReadOnlyList<IService> services,
        int? processor,
        ServerTroubles troubles,
        IFaultSink faults)
    {
        (_link, Content) = (link, content);
        int number = shard.Place.Number;
        peers.Wake = link.Wake;
        Stack = new Shard(
            shard, link, content, ShardSecretsSource.Draw(), MonotonicClock.Now, peers, peerTable, faults);
        _watch = new SteeringWatch(Stack.Counters, percent => troubles.OnMisdirected(number, percent));
        _conflicts = new ConflictWatch(Stack.Counters.Neighbor, troubles.OnConflict);
        WallClock clock = new();
        clock.Set(MonotonicClock.Now, DateTimeOffset.UtcNow);
        var context = new ShardContext(Stack, content, clock);
        _services = [.. services.Select(service => service.AddShard(context))];
        Thread = new ShardThread(
            Stack, peers, link, clock, BeginPass, options.Server.Spin, options.Server.Hold,
            processor, e => troubles.OnFault(number, e));
    }

    /// <summary>Its TCP/IP, on its queue of the link.</summary>
    public Shard Stack { get; }

    /// <summary>Its view of the content.</summary>
    public ShardContent Content { get; }

    /// <summary>The thread that alone touches its stack.</summary>
    public ShardThread Thread { get; }

    /// <summary>
    /// Who the shard is from its next pass on; from any thread. The last one counts that was told before it.
    /// </summary>
    public void Adopt(NetworkState network)
    {
        Volatile.Write(ref _network, network);
        _link.Wake();
    }

    /// <summary>Ends the thread, if it was started.</summary>
    public void Dispose() => Thread.Dispose();

    private void BeginPass(Instant now)
    {
        if (Volatile.Read(ref _network) is not null)
        {
            NetworkState network = Interlocked.Exchange(ref _network, null)!;
            Stack.Adopt(network, now);
            foreach (IShardService service in _services)
            {
                service.Adopt(network);
            }
        }
        _watch.BeginPass(now);
        _conflicts.BeginPass(now);
        Content.BeginPass();
        foreach (IShardService service in _services)
        {
            service.BeginPass(now);
        }
    }
}
