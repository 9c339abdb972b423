using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices;
using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Opens the link, loads the content and runs the shards; drains them at the end. SIGHUP reads anew what is
/// served, SIGUSR1 opens the services' logs anew.
/// </summary>
public sealed class ServerService : IHostedService, IDisposable
{
    private readonly IHostApplicationLifetime _application;
    private readonly ServerSignals _signals;
    private readonly ServerContext _context;
    private readonly LinkGrant? _granted;
    private RunningServer? _running;

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
        (_application, _signals, _granted) = (application, signals, grant);
        _context = new ServerContext
        {
            Options = options,
            Logger = logger,
            Manager = manager,
            Troubles = new ServerTroubles(application, logger),
            ConfigurationFile = configurationFile,
            Handover = handover,
        };
    }

    /// <summary>What the process ends with: not 0 after a shard has failed, or the link is lost.</summary>
    public int Status => _context.Troubles.Status;

    /// <summary>The link, once it is open.</summary>
    public LinkGrant? Link { get; private set; }

    /// <summary>Opens, loads and serves.</summary>
    /// <exception cref="LinkException">The link cannot be opened.</exception>
    /// <exception cref="ContentException">The content cannot be read.</exception>
    /// <exception cref="IOException">The capture file or a log cannot be written.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Link = _granted ?? LinkOpener.Open(_context.Options);
        var running = new RunningServer(_context, Link);
        _running = running;
        var reloads = new ReloadQueue(
            running.Reload,
            e => _context.Logger.LogError(e, "The content is not read anew: {Reason}", e.Message));
        _signals.Serve(reloads.Request, running.Reopen, _application.StopApplication);
        return Task.CompletedTask;
    }

    /// <summary>Drains the connections, as long as configured, and ends the shards.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Stop, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose() => _running?.Dispose();

    private void Stop()
    {
        if (_running is { } running)
        {
            _signals.End();
            running.Stop(isWell: Status == ExitCode.Ok);
        }
    }
}
