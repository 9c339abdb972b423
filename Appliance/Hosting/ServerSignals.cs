using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Straightwire.Appliance.Configuration;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// The signals of a server, from before it reads its configuration to the end of its process.
/// <list type="table">
/// <item><term>while it starts</term><description>SIGTERM, SIGINT and SIGQUIT end it at once, with status 0;
/// SIGHUP and SIGUSR1 are done once it serves.</description></item>
/// <item><term>while it serves</term><description>the first of SIGTERM, SIGINT and SIGQUIT drains; SIGHUP
/// reads the content anew, SIGUSR1 opens the logs anew.</description></item>
/// <item><term>while it ends</term><description>SIGTERM, SIGINT and SIGQUIT end it at once, with 128 and
/// their number; SIGHUP does nothing.</description></item>
/// </list>
/// </summary>
public sealed class ServerSignals : IHostLifetime
{
    private const int InterruptNumber = 2;
    private const int QuitNumber = 3;
    private const int TerminateNumber = 15;

    // The runtime has no name for SIGUSR1, and takes a signal by its number.
    private const PosixSignal ReopenLogs = (PosixSignal)10;

    // For the rest of the process: without them a signal in its last moments would change the exit status.
    private static readonly List<PosixSignalRegistration> Registrations = [];

    private readonly Lock _lock = new();
    private Phase _phase;
    private bool _wantsReload;
    private bool _wantsReopen;
    private Action _reload = () => { };
    private Action _reopen = () => { };
    private Action _drain = () => { };

    private enum Phase
    {
        Starting,
        Serving,
        Ending,
    }

    private ServerSignals()
    {
    }

    /// <summary>Told in a sentence of what SIGTERM, SIGINT and SIGQUIT do.</summary>
    public Action<string> Log { get; set; } = _ => { };

    /// <summary>Called before a signal ends the process at once.</summary>
    public Action Flush { get; set; } = () => { };

    /// <summary>Takes the signals, and what has come since <see cref="ProcessSignals.Hold"/>.</summary>
    /// <param name="ownsEnd">
    /// SIGTERM, SIGINT and SIGQUIT too, and whatever else would end the process; else the caller takes care.
    /// </param>
    public static ServerSignals Take(bool ownsEnd)
    {
        var signals = new ServerSignals();
        ProcessSignals.Expect();
        Register(PosixSignal.SIGHUP, signals.OnReload);
        Register(ReopenLogs, signals.OnReopen);
        if (ownsEnd)
        {
            ProcessSignals.IgnoreStray();
            Register(PosixSignal.SIGTERM, () => signals.OnEnd("SIGTERM", TerminateNumber));
            Register(PosixSignal.SIGINT, () => signals.OnEnd("SIGINT", InterruptNumber));
            Register(PosixSignal.SIGQUIT, () => signals.OnEnd("SIGQUIT", QuitNumber));
        }
        ProcessSignals.Release();
        return signals;
    }

    /// <summary>
    /// The server is up: from now on signals are its own, and those that came earlier are done.
    /// </summary>
    /// <param name="reload">Reads the content anew; returns at once.</param>
    /// <param name="reopen">Opens the logs anew.</param>
    /// <param name="drain">Lets every answer finish and ends the server.</param>
    public void Serve(Action reload, Action reopen, Action drain)
    {
        bool wantsReload;
        bool wantsReopen;
        lock (_lock)
        {
            (_reload, _reopen, _drain) = (reload, reopen, drain);
            _phase = Phase.Serving;
            (wantsReload, wantsReopen) = (_wantsReload, _wantsReopen);
        }
        if (wantsReopen)
        {
            reopen();
        }
        if (wantsReload)
        {
            reload();
        }
    }

    /// <summary>The server ends, for whatever reason.</summary>
    public void End()
    {
        lock (_lock)
        {
            _phase = Phase.Ending;
        }
    }

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Register(PosixSignal signal, Action run) =>
        Registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            run();
        }));

    private void OnReload()
    {
        lock (_lock)
        {
            _wantsReload |= _phase == Phase.Starting;
            if (_phase != Phase.Serving)
            {
                return;
            }
        }
        _reload();
    }

    private void OnReopen()
    {
        lock (_lock)
        {
            _wantsReopen |= _phase == Phase.Starting;
            if (_phase == Phase.Starting)
            {
                return;
            }
        }
        _reopen();
    }

    private void OnEnd(string name, int number)
    {
        Phase before;
        lock (_lock)
        {
            before = _phase;
            _phase = Phase.Ending;
        }
        switch (before)
        {
            case Phase.Serving:
                Log($"{name}: draining; once more ends at once");
                _drain();
                return;
            case Phase.Starting:
                EndAtOnce($"{name}: ended before it served", ExitCode.Ok);
                return;
            default:
                EndAtOnce($"{name} again: ending at once", ExitCode.SignalBase + number);
                return;
        }
    }

    private void EndAtOnce(string why, int status)
    {
        Log(why);
        Flush();
        Environment.Exit(status);
    }
}
