using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;
using Straightwire.Appliance.Services;
using Straightwire.Appliance.Watching;
using Straightwire.Devices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Processes;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// A server from its open link on: the content is loaded, the services are open, the shards run. What was
/// opened last is closed first.
/// </summary>
internal sealed class RunningServer : IDisposable
{
    private readonly Stack<IDisposable> _open = [];
    private readonly ApplianceOptions _options;
    private readonly ILogger _logger;
    private readonly ServiceManager _manager;
    private readonly ConfigurationFile? _configurationFile;
    private readonly ContentStore _content;
    private readonly IService[] _services;
    private readonly ServerShard[] _shards;
    private readonly ServerMetrics _metrics;
    private readonly ServerPresence _presence;

    /// <summary>Opens, loads and runs.</summary>
    /// <param name="context">What it is made of.</param>
    /// <param name="grant">The open link.</param>
    /// <exception cref="LinkException">A queue of the link cannot be had.</exception>
    /// <exception cref="ContentException">The content cannot be read.</exception>
    /// <exception cref="IOException">The capture file or a log cannot be written.</exception>
    public RunningServer(ServerContext context, LinkGrant grant)
    {
        (_options, _logger, _manager) = (context.Options, context.Logger, context.Manager);
        _configurationFile = context.ConfigurationFile;
        try
        {
            IReadOnlyList<IServicePlan> plans = _options.Services;
            var faults = new FaultLog(_logger, mask: _options.Log.ToMask().Of);
            PeerTable peerTable = _options.Tcp.Peer.ToTable(SystemRandom.Key());
            _presence = new ServerPresence(_manager, plans, grant.Interface, grant.Address, _logger);
            ProcessLimits.RaiseOpenFiles(Residency.OpenFilesWanted);
            RegionTable regions = Open(new RegionTable());
            LinkQueues queues = Open(new LinkQueues(_options, grant, regions, _logger));
            ContentOptions content = _options.ToContent() with
            {
                TagKey = context.OpenSecret().KeyOf("content tags"),
            };
            ContentWatch? watch =
                content.IsLookedAt ? Open(new ContentWatch(content, _logger, faults)) : null;
            _content = Open(ContentStore.Load(
                content, regions, _logger, faults, context.Terminal,
                plans.Select(static plan => plan.ContentRules).OfType<IContentRules>().FirstOrDefault(),
                watch));
            foreach (string remark in _content.Newest.Rules.Remarks(_content.Newest))
            {
                _logger.LogWarning("{Remark:l}", remark);
            }
            ShardContent[] contents = queues.Adopt(_content);
            StartWarnings.Write(_logger, _options, grant, _content.Summary.PackedBytes);
            string sandbox = SandboxSeal.Close(context.Handover, _options, _logger);
            watch?.Start(_content);
            _metrics = new ServerMetrics(_content, watch, peerTable, faults);
            var host = new ServiceHost(_content, _metrics, _logger, faults);
            _services = [.. plans.Select(plan => Open(plan.Open(host)))];
            queues.OpenCapture(context.Handover?.Capture);
            ShardPeers[] peers = ShardPeers.Make(contents.Length, _options.Server.HandoverBytes);
            _shards =
            [
                .. contents.Select((content, number) => Open(new ServerShard(
                    _options,
                    _options.ToShard(grant, number, contents.Length),
                    queues.Observed(number, content),
                    content,
                    peers[number],
                    peerTable,
                    _services,
                    ProcessorOf(number, contents.Length),
                    context.Troubles,
                    faults))),
            ];
            _metrics.Tell(_shards, _services);
            Array.ForEach(_shards, shard => shard.Thread.Start());
            Banner.Write(_logger, _options, plans, grant, _shards, sandbox);
            _presence.Ready();
            Watch(context, grant, queues);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Reads the content and opens the logs anew; the store tells what comes of it.</summary>
    public void Reload()
    {
        _manager.Reloading();
        if (_configurationFile?.Difference() is { } difference)
        {
            _logger.LogWarning("{Difference:l}", difference);
        }
        try
        {
            Reopen();
            _content.Reload();
            Array.ForEach(_services, service => service.Reload());
        }
        finally
        {
            _presence.Ready();
        }
    }

    /// <summary>Opens the services' logs anew.</summary>
    public void Reopen() => Array.ForEach(_services, service => service.Reopen());

    /// <summary>Drains the connections, as long as configured, and ends the shards.</summary>
    /// <param name="isWell">Nothing has failed: there is somebody to wait for.</param>
    public void Stop(bool isWell)
    {
        _presence.Stopping();
        _metrics.Drain();
        if (isWell)
        {
            Thread.Sleep(_options.Server.DrainDelay.Value);
        }
        TimeSpan timeout = _options.Server.DrainTimeout.Value;
        if (isWell && timeout > TimeSpan.Zero && !TryDrain(timeout))
        {
            _logger.LogWarning("Connections are cut off: they did not finish within {Timeout}", timeout);
        }
        Array.ForEach(_shards, shard => shard.Thread.RequestStop());
        Array.ForEach(_shards, shard => shard.Thread.Stop());
        _logger.LogInformation("Stopped");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? last))
        {
            last.Dispose();
        }
    }

    private T Open<T>(T opened)
        where T : IDisposable
    {
        _open.Push(opened);
        return opened;
    }

    private void Watch(ServerContext context, LinkGrant grant, LinkQueues queues)
    {
        if (grant.Watch.Length > 0)
        {
            Open(new AddressWatch(
                grant, _options.ToFollowRules(grant), _logger,
                (state, isQuiet) =>
                {
                    Array.ForEach(_shards, shard => shard.Adopt(state));
                    _presence.Adopt(state, isQuiet);
                },
                context.Troubles.OnLinkLost,
                new OffloadFollower(grant, queues.Devices, _logger).Look));
        }
        if (_manager.WatchdogTimeout is { } timeout)
        {
            Open(new Watchdog(
                Array.ConvertAll(_shards, shard => shard.Thread.Watched), timeout, _manager.Alive));
        }
    }

    private bool TryDrain(TimeSpan timeout)
    {
        long started = Stopwatch.GetTimestamp();
        Array.ForEach(_shards, shard => shard.Thread.Drain());
        bool areDrained = true;
        foreach (ServerShard shard in _shards)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(started);
            areDrained &= shard.Thread.WaitUntilDrained(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        return areDrained;
    }

    /// <summary>
    /// The last of the allowed CPUs first, since interrupts gather on the first; none when there is no
    /// choice, or too little.
    /// </summary>
    private int? ProcessorOf(int number, int count)
    {
        int[] allowed = _options.Server.Pin ? CpuAffinity.Allowed() : [];
        return allowed.Length > 1 && allowed.Length >= count ? allowed[^(number + 1)] : null;
    }
}
