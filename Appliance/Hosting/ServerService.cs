using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Capture;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Metrics;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices;
using Straightwire.Protocols;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Opens the link, loads the content and runs the shard; drains it at the end. SIGHUP reloads the content,
/// SIGUSR1 opens the logs of transfers anew.
/// </summary>
public sealed class ServerService : IHostedService, IDisposable
{
    // The runtime has no name for SIGUSR1, and takes a signal by its number.
    private const PosixSignal ReopenLogs = (PosixSignal)10;

    private readonly ApplianceOptions _options;
    private readonly IHostApplicationLifetime _application;
    private readonly ILogger<ServerService> _logger;
    private readonly RegionTable _regions = new();
    private readonly ImageHandover? _handover;
    private LinkGrant? _grant;
    private ILinkDevice? _link;
    private ContentStore? _content;
    private FtpParts? _ftp;
    private ShardMetrics? _metrics;
    private ShardThread? _thread;
    private PosixSignalRegistration? _reloadSignal;
    private PosixSignalRegistration? _reopenSignal;
    private volatile bool _hasFailed;

    /// <summary>Takes what it needs; nothing is opened yet.</summary>
    /// <param name="options">Everything.</param>
    /// <param name="application">Told to stop when a shard fails.</param>
    /// <param name="logger">The log.</param>
    /// <param name="grant">The link, when it is open already.</param>
    /// <param name="handover">What a privileged image left; null in a process that is not sandboxed.</param>
    public ServerService(
        ApplianceOptions options,
        IHostApplicationLifetime application,
        ILogger<ServerService> logger,
        LinkGrant? grant = null,
        ImageHandover? handover = null) =>
        (_options, _application, _logger, _grant, _handover) =
            (options, application, logger, grant, handover);

    /// <summary>Whether the shard ended by a fault.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>The link, once it is open.</summary>
    public LinkGrant? Link => _grant;

    /// <summary>Opens, loads and serves.</summary>
    /// <exception cref="LinkException">The link cannot be opened.</exception>
    /// <exception cref="ContentException">The content cannot be read.</exception>
    /// <exception cref="IOException">The capture file or a log cannot be written.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LinkGrant grant = _grant ??= LinkOpener.Open(_options);
        _content = ContentStore.Load(_options.ToContent(), _regions, _logger);
        ShardContent content = _content.AddShard(() => _link!.Wake());
        _link = LinkOpener.Adopt(grant, queue: 0, _regions, content);
        string sandbox = SecondImage.Seal(_handover, _options, _logger);
        _link = OpenCapture(_link, content) ?? _link;
        _link = OpenTrace(_link, content) ?? _link;

        var shard = new Shard(
            _options.ToShard(grant), _link, content, ShardSecretsSource.Draw(), MonotonicClock.Now);
        var wallClock = new WallClock();
        wallClock.Set(MonotonicClock.Now, DateTimeOffset.UtcNow);
        var http = new HttpService(_options.Http.ToHttp(), content, shard.Pool, wallClock);
        shard.Listen(http);
        _ftp = _options.Ftp.Enabled
            ? new FtpParts(_options, shard, _content, content, wallClock, _logger)
            : null;
        ListenForMetrics(shard, content, http, wallClock);

        _thread = new ShardThread(
            shard, _link, wallClock, now => BeginPass(content, now),
            _options.Server.Spin.Value, ChooseProcessor(), OnFault);
        _thread.Start();
        _reloadSignal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnReloadSignal);
        _reopenSignal = PosixSignalRegistration.Create(ReopenLogs, OnReopenSignal);
        Banner.Write(_logger, _options, grant, _link.Capabilities, sandbox);
        return Task.CompletedTask;
    }

    /// <summary>Drains the connections, as long as configured, and ends the shard.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Stop, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        _reloadSignal?.Dispose();
        _reopenSignal?.Dispose();
        _thread?.Dispose();
        _ftp?.Dispose();
        _content?.Dispose();
        _link?.Dispose();
        _regions.Dispose();
    }

    private void ListenForMetrics(Shard shard, ShardContent content, HttpService http, WallClock wallClock)
    {
        if (_options.Metrics.Port == 0)
        {
            return;
        }
        _metrics = new ShardMetrics(shard, content, _content!, http)
        {
            Ftp = _ftp?.Service,
            FtpLog = _ftp?.Log,
        };
        _metrics.Service = new MetricsService(_options.ToMetrics(shard.Options.Address), _metrics, wallClock);
        shard.Listen(_metrics.Service);
    }

    private void BeginPass(ShardContent content, Instant now)
    {
        content.BeginPass();
        _ftp?.BeginPass(now);
    }

    private void Stop()
    {
        if (_thread is null)
        {
            return;
        }
        _metrics?.Drain();
        TimeSpan timeout = _options.Server.DrainTimeout.Value;
        if (!_hasFailed && timeout > TimeSpan.Zero && !_thread.Drain(timeout))
        {
            _logger.LogWarning("Connections are cut off: they did not finish within {Timeout}", timeout);
        }
        _thread.Stop();
        _logger.LogInformation("Stopped");
    }

    private CaptureLink? OpenCapture(ILinkDevice link, ShardContent content)
    {
        if (_options.Server.Pcap is not { } path)
        {
            return null;
        }
        var file = _handover?.Capture is { } open
            ? new FileStream(new SafeFileHandle(open, ownsHandle: true), FileAccess.Write, bufferSize: 0)
            : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var writer = new PcapngWriter(file);
        writer.Begin("straightwire", _grant!.Interface);
        return new CaptureLink(link, content, writer, MonotonicClock.Now, DateTimeOffset.UtcNow,
            e => _logger.LogError("The capture ends: {Reason}", e.Message));
    }

    private TraceLink? OpenTrace(ILinkDevice link, ShardContent content)
    {
        if (!_options.Server.Trace)
        {
            return null;
        }
        IFrameDecoder decoder = PortableParts.Decoder
            ?? throw new LinkException($"The decoder of frames {PortableParts.Missing}.");
        return new TraceLink(
            link, content, decoder, _options.Server.TraceLinesPerSecond,
            MonotonicClock.Now, DateTimeOffset.UtcNow, line => _logger.LogInformation("{Frame:l}", line));
    }

    /// <summary>
    /// The last of the allowed CPUs, since interrupts gather on the first; none when there is no choice.
    /// </summary>
    private int? ChooseProcessor()
    {
        int[] allowed = _options.Server.Pin ? CpuAffinity.Allowed() : [];
        return allowed.Length > 1 ? allowed[^1] : null;
    }

    private void OnFault(Exception e)
    {
        _hasFailed = true;
        _logger.LogCritical(e, "The shard failed: {Reason}", e.Message);
        _application.StopApplication();
    }

    /// <summary>
    /// Reloads on a thread of the pool, since that reads a whole directory; the store logs what comes of it.
    /// </summary>
    private void OnReloadSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = Task.Run(() => _content!.Reload());
    }

    private void OnReopenSignal(PosixSignalContext context)
    {
        // Without logs too: the signal would end the process otherwise.
        context.Cancel = true;
        _ftp?.Log.Reopen();
    }
}
