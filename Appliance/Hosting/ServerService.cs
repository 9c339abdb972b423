using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Capture;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Doctor;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Pcap;
using Straightwire.Devices.Processes;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Link;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Opens the link, loads the content and runs the shards; drains them at the end. SIGHUP reloads the content,
/// SIGUSR1 opens the logs of transfers anew.
/// </summary>
public sealed class ServerService : IHostedService, IDisposable
{
    private readonly ApplianceOptions _options;
    private readonly IHostApplicationLifetime _application;
    private readonly ILogger<ServerService> _logger;
    private readonly RegionTable _regions = new();
    private readonly PeerTable _peerTable;
    private readonly ServiceManager _manager;
    private readonly ServerSignals _signals;
    private readonly ConfigurationFile? _configurationFile;
    private readonly FaultLog _faults;
    private readonly ImageHandover? _handover;
    private LinkGrant? _grant;
    private readonly List<ILinkDevice> _links = [];
    private readonly List<ServerShard> _shards = [];
    private PcapngWriter? _capture;
    private ContentStore? _content;
    private FtpParts? _ftp;
    private ShardMetrics? _metrics;
    private Watchdog? _watchdog;
    private volatile bool _isStopping;
    private AddressWatch? _network;
    private IpPrefix? _address;
    private volatile int _status = ExitCode.Ok;
    private int _hasToldOfSteering;
    private readonly Lock _telling = new();

    /// <summary>Takes what it needs; nothing is opened yet.</summary>
    /// <param name="options">All that is configured.</param>
    /// <param name="application">Told to stop when a shard fails.</param>
    /// <param name="logger">Told what the server does and what befalls it.</param>
    /// <param name="manager">Told how the server is.</param>
    /// <param name="signals">What they do is told to them once the server is up.</param>
    /// <param name="configurationFile">Looked at when the content is read anew; null: there is none.</param>
    /// <param name="grant">The link, when it is open already.</param>
    /// <param name="handover">What a privileged image left; null in a process that is not sandboxed.</param>
    public ServerService(
        ApplianceOptions options,
        IHostApplicationLifetime application,
        ILogger<ServerService> logger,
        ServiceManager manager,
        ServerSignals signals,
        ConfigurationFile? configurationFile,
        LinkGrant? grant = null,
        ImageHandover? handover = null)
    {
        (_options, _application, _logger, _manager) = (options, application, logger, manager);
        (_signals, _configurationFile, _grant, _handover) = (signals, configurationFile, grant, handover);
        _peerTable = options.Tcp.Peer.ToTable(ShardSecretsSource.DrawKey());
        _faults = new FaultLog(logger);
    }

    /// <summary>What the process ends with: not 0 after a shard has failed, or the link is lost.</summary>
    public int Status => _status;

    /// <summary>The link, once it is open.</summary>
    public LinkGrant? Link => _grant;

    /// <summary>Opens, loads and serves.</summary>
    /// <exception cref="LinkException">The link cannot be opened.</exception>
    /// <exception cref="ContentException">The content cannot be read.</exception>
    /// <exception cref="IOException">The capture file or a log cannot be written.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LinkGrant grant = _grant ??= LinkOpener.Open(_options);
        _address = grant.Address;
        ProcessLimits.RaiseOpenFiles(Residency.OpenFilesWanted);
        _content = ContentStore.Load(
            _options.ToContent() with { TagKey = OpenSecret().KeyOf("content tags") }, _regions, _logger,
            _faults, Terminal);
        (ILinkDevice Link, ShardContent Content)[] queues = AdoptQueues(grant);
        WarnOfLimits(grant);
        string sandbox = SandboxSeal.Close(_handover, _options, _logger);
        _ftp = _options.Ftp.Enabled ? new FtpParts(_options, _content, _logger, _faults) : null;
        OpenCapture();
        ShardPeers[] peers = ShardPeers.Make(queues.Length, _options.Server.HandoverBytes);
        for (int i = 0; i < queues.Length; i++)
        {
            _shards.Add(BuildShard(grant, queues[i].Link, queues[i].Content, peers, i));
        }
        ListenForMetrics(_shards[0]);
        _shards.ForEach(shard => shard.Thread.Start());
        Banner.Write(_logger, _options, grant, _shards[0].Stack.Link.Capabilities, queues.Length, sandbox);
        TellReady();
        _network = grant.Watch.Length == 0 ? null : new AddressWatch(
            grant, _options.ToFollowRules(grant), _logger, OnNetworkChanged, OnLinkLost,
            new OffloadFollower(grant, _links, _logger).Look);
        _watchdog = _manager.WatchdogTimeout is { } timeout
            ? new Watchdog(_shards.ConvertAll(shard => shard.Thread.Watched), timeout, _manager.Alive)
            : null;
        var reloads = new ReloadQueue(
            Reload, e => _logger.LogError(e, "The content is not read anew: {Reason}", e.Message));
        _signals.Serve(reloads.Request, () => _ftp?.Log.Reopen(), _application.StopApplication);
        return Task.CompletedTask;
    }

    /// <summary>Drains the connections, as long as configured, and ends the shards.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Stop, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _network?.Dispose();
        // All end before any gives its link back: what one hands over, another may still take.
        _shards.ForEach(shard => shard.Thread.Dispose());
        _ftp?.Dispose();
        _content?.Dispose();
        _shards.ForEach(shard => shard.Dispose());
        _links.Skip(_shards.Count).ToList().ForEach(link => link.Dispose());
        _capture?.Dispose();
        _regions.Dispose();
    }

    // Who asked to be told little gets no line of progress either.
    private TextWriter? Terminal =>
        Console.IsErrorRedirected || !_logger.IsEnabled(LogLevel.Information) ? null : Console.Error;

    // Before the sandbox is whole: it asks what the kernel tells in files.
    private void WarnOfLimits(LinkGrant grant)
    {
        // The load has told of large files that are too many.
        IEnumerable<Finding> findings = LimitChecks.Findings(
            _options, _content!.Summary.PackedBytes, largeFiles: 0);
        foreach (Finding finding in findings.Where(f => f.Verdict != Verdict.Ok))
        {
            _logger.LogWarning("Limits: {Text:l}", finding.Text);
        }
        if (grant.IsShared)
        {
            Finding ports = InterfaceChecks.SharedPorts(_options.ToInterface(), grant.Address.Address);
            if (ports.Verdict != Verdict.Ok)
            {
                _logger.LogWarning("Ports: {Text:l}", ports.Text);
            }
        }
    }

    private ServerSecret OpenSecret()
    {
        ServerSecret secret = _handover?.Secret is { } bytes
            ? ServerSecret.Of(bytes, _handover.SecretLost)
            : ServerSecret.Open(_options);
        if (secret.Lost is { } reason)
        {
            _logger.LogWarning(
                "Secret: {Reason:l}. The tags of large files do not survive this start, so that caches fetch "
                + "these files again after the next: name a directory in server.state (none: so be it)",
                reason);
        }
        return secret;
    }

    // A link may have fewer queues than were asked for.
    private (ILinkDevice Link, ShardContent Content)[] AdoptQueues(LinkGrant grant)
    {
        int wanted = _options.ToShardCount();
        var queues = new (ILinkDevice Link, ShardContent Content)[Math.Max(1, grant.Queues.Length)];
        if (queues.Length < wanted)
        {
            // Nobody asked for one shard for each CPU.
            _logger.Log(
                _options.Server.Shards == 0 ? LogLevel.Information : LogLevel.Warning,
                "Shards: {Count} run, and not {Wanted}, since {Interface} has no more queues",
                queues.Length, wanted, grant.Interface);
        }
        for (int i = 0; i < queues.Length; i++)
        {
            int queue = i;
            ShardContent content = _content!.AddShard(() => queues[queue].Link.Wake());
            queues[i] = (LinkOpener.Adopt(grant, queue, _regions, content), content);
            _links.Add(queues[i].Link);
        }
        return queues;
    }

    private ServerShard BuildShard(
        LinkGrant grant, ILinkDevice link, ShardContent content, ShardPeers[] peers, int number) => new(
            _options,
            _options.ToShard(grant, number, peers.Length),
            WithTrace(WithCapture(link, content), content),
            content,
            peers[number],
            _peerTable,
            _ftp,
            ChooseProcessor(number, peers.Length),
            e => OnFault(number, e),
            percent => OnMisdirected(number, percent),
            OnConflict,
            _faults);

    // One shard answers for all; whoever comes to another is handed over.
    private void ListenForMetrics(ServerShard shard)
    {
        if (_options.Metrics.Port == 0)
        {
            return;
        }
        _metrics = new ShardMetrics(_shards, _content!, _peerTable) { FtpLog = _ftp?.Log, Faults = _faults };
        _metrics.Service = new MetricsService(
            _options.ToMetrics(shard.Stack.Options.Address),
            _metrics,
            shard.Stack.Pool,
            shard.WallClock,
            shard.Stack.Tcp);
        shard.Stack.Listen(_metrics.Service);
        shard.OnAdopted = state =>
        {
            if (state.Address is { } own)
            {
                _metrics.Service.Allow(_options.ToMetrics(own).Allowed);
            }
        };
    }

    private void Stop()
    {
        if (_shards.Count == 0)
        {
            return;
        }
        _signals.End();
        _isStopping = true;
        _manager.Stopping();
        _metrics?.Drain();
        TimeSpan timeout = _options.Server.DrainTimeout.Value;
        if (_status == ExitCode.Ok && timeout > TimeSpan.Zero && !TryDrain(timeout))
        {
            _logger.LogWarning("Connections are cut off: they did not finish within {Timeout}", timeout);
        }
        _shards.ForEach(shard => shard.Thread.RequestStop());
        _shards.ForEach(shard => shard.Thread.Stop());
        _logger.LogInformation("Stopped");
    }

    private bool TryDrain(TimeSpan timeout)
    {
        long started = Stopwatch.GetTimestamp();
        _shards.ForEach(shard => shard.Thread.Drain());
        bool areDrained = true;
        foreach (ServerShard shard in _shards)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(started);
            areDrained &= shard.Thread.WaitUntilDrained(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        return areDrained;
    }

    private void OpenCapture()
    {
        if (_options.Server.Pcap is not { } path)
        {
            return;
        }
        _capture = new PcapngWriter(_handover?.Capture is { } open
            ? new FileStream(new SafeFileHandle(open, ownsHandle: true), FileAccess.Write, bufferSize: 0)
            : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0));
        _capture.Begin("straightwire", _grant!.Interface);
    }

    private ILinkDevice WithCapture(ILinkDevice link, ShardContent content) => _capture is null
        ? link
        : new CaptureLink(link, content, _capture, MonotonicClock.Now, DateTimeOffset.UtcNow, e =>
            _logger.LogError("The capture ends: {Reason}", e.Message));

    private ILinkDevice WithTrace(ILinkDevice link, ShardContent content)
    {
        if (!_options.Server.Trace)
        {
            return link;
        }
        return new TraceLink(
            link, content, new FrameDecoder(), _options.Server.TraceLinesPerSecond,
            MonotonicClock.Now, DateTimeOffset.UtcNow, line => _logger.LogInformation("{Frame:l}", line));
    }

    /// <summary>
    /// The last of the allowed CPUs first, since interrupts gather on the first; none when there is no
    /// choice, or too little.
    /// </summary>
    private int? ChooseProcessor(int number, int count)
    {
        int[] allowed = _options.Server.Pin ? CpuAffinity.Allowed() : [];
        return allowed.Length > 1 && allowed.Length >= count ? allowed[^(number + 1)] : null;
    }

    private void OnFault(int number, Exception e)
    {
        if (e is LinkException)
        {
            OnLinkLost(e.Message);
            return;
        }
        _status = ExitCode.Failure;
        _logger.LogCritical(e, "Shard {Number} failed: {Reason}", number, e.Message);
        _application.StopApplication();
    }

    // Once: every shard finds it, and the watch too.
    private void OnLinkLost(string reason)
    {
        if (Interlocked.CompareExchange(ref _status, ExitCode.Link, ExitCode.Ok) == ExitCode.Ok)
        {
            _logger.LogCritical("{Reason:l}", reason);
            _application.StopApplication();
        }
    }

    // Once, for all shards: the counters tell the rest.
    private void OnMisdirected(int number, int percent)
    {
        if (Interlocked.Exchange(ref _hasToldOfSteering, 1) == 0)
        {
            _logger.LogWarning(
                "Steering: {Percent} % of what came to shard {Number} within a second was another's, and was "
                + "handed over. Nothing breaks, but it costs time: see that the link gives all frames of a "
                + "flow to one queue (RSS, fanout), or run fewer server.shards",
                percent, number);
        }
    }

    private void OnConflict(MacAddress other) => _logger.LogWarning(
        "Conflict: {Mac:l} claims the server's address, too. It is defended (RFC 5227 §2.4), but some will "
        + "reach the other one: give one of the two another address",
        other.ToString());

    /// <summary>The store logs what comes of it.</summary>
    private void Reload()
    {
        _manager.Reloading();
        if (_configurationFile?.Difference() is { } difference)
        {
            _logger.LogWarning("{Difference:l}", difference);
        }
        try
        {
            _content!.Reload();
        }
        finally
        {
            TellReady();
        }
    }

    /// <summary>Whatever was made of the address is made of the one that there is now.</summary>
    private void OnNetworkChanged(NetworkState state, bool isQuiet)
    {
        _shards.ForEach(shard => shard.Adopt(state));
        lock (_telling)
        {
            if (state.Address == _address)
            {
                return;
            }
            _address = state.Address;
            if (!_isStopping)
            {
                _manager.Status(StatusText);
            }
        }
        if (state.Address is { } address && !isQuiet)
        {
            Banner.WriteUrls(_logger, _options, address);
        }
    }

    private string StatusText => _address is { } address
        ? $"Serving {_options.ToUrl(address.Address)}"
        : $"No address: {_grant!.Interface} has none at present";

    private void TellReady()
    {
        lock (_telling)
        {
            if (!_isStopping)
            {
                _manager.Ready(StatusText);
            }
        }
    }
}
