using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Fairness;
using Straightwire.Devices.Native;
using Straightwire.Protocols;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Stack;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// One shard of the server: a queue of the link, the stack and the services on it, and the thread that runs
/// them. It shares the content, and what others hand over to it.
/// </summary>
public sealed class ServerShard : IDisposable
{
    private readonly ILinkDevice _link;
    private readonly SteeringWatch _watch;
    private readonly ConflictWatch _conflicts;
    private NetworkState? _network;

    /// <summary>Builds it; nothing runs before <see cref="Thread"/> is started.</summary>
    /// <param name="options">All that is configured.</param>
    /// <param name="shard">The stack's part of it.</param>
    /// <param name="link">Its queue, which is disposed of with it.</param>
    /// <param name="content">Its view of the content.</param>
    /// <param name="peers">Its place among the others.</param>
    /// <param name="peerTable">Who connects, as all shards know it.</param>
    /// <param name="ftp">What all shards' services of FTP share; null: there is no FTP.</param>
    /// <param name="processor">The CPU to stay on; null: any that the process may use.</param>
    /// <param name="onFault">Told, on its thread, of what ended it.</param>
    /// <param name="onMisdirected">
    /// Told, on its thread, the percentage of what was handed over, when it is large.
    /// </param>
    /// <param name="onConflict">Told, on its thread, who else claims the server's address.</param>
    /// <param name="faults">Told, on its thread, of faults that it survives.</param>
    public ServerShard(
        ApplianceOptions options,
        ShardOptions shard,
        ILinkDevice link,
        ShardContent content,
        ShardPeers peers,
        PeerTable peerTable,
        FtpParts? ftp,
        int? processor,
        Action<Exception> onFault,
        Action<int> onMisdirected,
        Action<MacAddress> onConflict,
        IFaultSink faults)
    {
        (_link, Content) = (link, content);
        peers.Wake = link.Wake;
        Stack = new Shard(
            shard, link, content, ShardSecretsSource.Draw(), MonotonicClock.Now, peers, peerTable, faults);
        _watch = new SteeringWatch(Stack.Counters, onMisdirected);
        _conflicts = new ConflictWatch(Stack.Counters.Neighbor, onConflict);
        WallClock.Set(MonotonicClock.Now, DateTimeOffset.UtcNow);
        Http = new HttpService(options.Http.ToHttp(), content, Stack.Pool, WallClock, Stack.Tcp);
        Stack.Listen(Http);
        Ftp = ftp?.AddShard(Stack, content, WallClock);
        Thread = new ShardThread(
            Stack, peers, link, WallClock, BeginPass, options.Server.Spin.Value, options.Server.Hold.Value,
            processor, onFault);
    }

    /// <summary>Its TCP/IP, on its queue of the link.</summary>
    public Shard Stack { get; }

    /// <summary>Its view of the content.</summary>
    public ShardContent Content { get; }

    /// <summary>HTTP on its stack.</summary>
    public HttpService Http { get; }

    /// <summary>FTP; null when there is none.</summary>
    public FtpService? Ftp { get; }

    /// <summary>The time of day, as its thread knows it.</summary>
    public WallClock WallClock { get; } = new();

    /// <summary>Told, on its thread, who it is from now on.</summary>
    public Action<NetworkState> OnAdopted { get; set; } = _ => { };

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

    /// <summary>Ends the thread, if it was started, and gives the link back.</summary>
    public void Dispose()
    {
        Thread.Dispose();
        _link.Dispose();
    }

    private void BeginPass(Instant now)
    {
        if (Volatile.Read(ref _network) is not null)
        {
            NetworkState network = Interlocked.Exchange(ref _network, null)!;
            Stack.Adopt(network, now);
            OnAdopted(network);
        }
        _watch.BeginPass(now);
        _conflicts.BeginPass(now);
        Content.BeginPass();
        Http.BeginPass();
        Ftp?.BeginPass(now);
    }
}
