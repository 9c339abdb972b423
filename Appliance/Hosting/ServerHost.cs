using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices;
using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// The server as a process runs it: a generic host with the log, the signals and <see
/// cref="ServerService"/>.
/// </summary>
public sealed class ServerHost : IDisposable
{
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    private readonly IHost _host;
    private readonly Logger _log;
    private readonly ServiceManager _manager;

    // Made by the host, which disposes of it.
    private ServerService? _service;

    /// <summary>Builds the host; nothing is opened but its log.</summary>
    /// <param name="configuration">Checked; its serilog section is read here.</param>
    /// <param name="options">What was read from it.</param>
    /// <param name="signals">The signals of the process, taken already.</param>
    /// <param name="isService">
    /// The process is the server, and not a program that has it inside: the service manager is told.
    /// </param>
    /// <param name="grant">The link, when it is open already.</param>
    /// <param name="handover">What a privileged image left; null in a process that is not sandboxed.</param>
    public ServerHost(
        IConfigurationRoot configuration,
        ApplianceOptions options,
        ServerSignals signals,
        bool isService,
        LinkGrant? grant = null,
        ImageHandover? handover = null)
    {
        _log = Logging.Create(configuration, options.Log);
        signals.Log = line => _log.Information("{Line:l}", line);
        signals.Flush = CloseLog;
        _manager = new ServiceManager(
            handover is null && isService ? ServiceManager.Connect() : handover?.Manager);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = "straightwire",
        });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddSerilog(_log);
        builder.Services.AddSingleton<IHostLifetime>(signals);
        builder.Services.AddHostedService(services => _service = new ServerService(
            options,
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetRequiredService<ILogger<ServerService>>(),
            _manager,
            signals,
            handover?.ConfigurationFile ?? ConfigurationFile.Of(configuration),
            grant,
            handover));
        builder.Services.Configure<HostOptions>(
            host => host.ShutdownTimeout =
                options.Server.DrainDelay.Value + options.Server.DrainTimeout.Value + StopMargin);
        _host = builder.Build();
    }

    /// <summary>Serves until a signal comes or the server fails; returns the exit status.</summary>
    public static int Run(
        IConfigurationRoot configuration,
        ApplianceOptions options,
        ServerSignals signals,
        LinkGrant? grant = null,
        ImageHandover? handover = null)
    {
        using ServerHost? host = TryBuild(configuration, options, signals, isService: true, grant, handover);
        if (host is null)
        {
            return ExitCode.Failure;
        }
        int status = host.Start();
        if (status != ExitCode.Ok)
        {
            return status;
        }
        host._host.WaitForShutdown();
        return host.Status;
    }

    /// <summary>Builds it; null, and the reason is told, when its log cannot be had.</summary>
    public static ServerHost? TryBuild(
        IConfigurationRoot configuration,
        ApplianceOptions options,
        ServerSignals signals,
        bool isService,
        LinkGrant? grant = null,
        ImageHandover? handover = null)
    {
        try
        {
            return new ServerHost(configuration, options, signals, isService, grant, handover);
        }
        catch (IOException e)
        {
            LastWords.Tell(e.Message);
            return null;
        }
    }

    /// <summary>
    /// Opens link and content and starts to serve; what fails is logged and told by the exit status.
    /// </summary>
    public int Start()
    {
        try
        {
            _host.Start();
            return ExitCode.Ok;
        }
        catch (LinkException e)
        {
            _log.Fatal("{Reason:l}", e.Message);
            return ExitCode.Link;
        }
        catch (ContentException e)
        {
            _log.Fatal("{Reason:l}", e.Message);
            return ExitCode.Content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Fatal("{Reason:l}", e.Message);
            return ExitCode.Failure;
        }
        catch (OutOfMemoryException e)
        {
            _log.Fatal("{Reason:l}", LastWords.Of(e));
            return ExitCode.Failure;
        }
    }

    /// <summary>Stops serving and returns the exit status.</summary>
    public int Stop()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        return Status;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _manager.Dispose();
        CloseLog();
    }

    /// <summary>What a full disk does not take is told, and no reason for another exit status.</summary>
    private void CloseLog()
    {
        try
        {
            _log.Dispose();
        }
        catch (Exception e) when (StorageFault.Is(e))
        {
            LastWords.Tell($"log: {e.Message}");
        }
    }

    /// <summary>The link, once the server has started.</summary>
    public LinkGrant? Link => _service?.Link;

    private int Status => _service?.Status ?? ExitCode.Failure;
}
