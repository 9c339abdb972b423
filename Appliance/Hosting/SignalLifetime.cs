using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// The first SIGTERM, SIGINT or SIGQUIT stops the host, which drains; the second one ends the process at
/// once.
/// </summary>
public sealed class SignalLifetime : IHostLifetime, IDisposable
{
    private const int InterruptNumber = 2;
    private const int QuitNumber = 3;
    private const int TerminateNumber = 15;

    private readonly IHostApplicationLifetime _application;
    private readonly ILogger _log;
    private readonly bool _isActive;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    /// <summary>Creates it; an inactive one leaves the signals alone.</summary>
    public SignalLifetime(IHostApplicationLifetime application, ILogger log, bool isActive) =>
        (_application, _log, _isActive) = (application, log, isActive);

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        if (_isActive)
        {
            Register(PosixSignal.SIGTERM, TerminateNumber);
            Register(PosixSignal.SIGINT, InterruptNumber);
            Register(PosixSignal.SIGQUIT, QuitNumber);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Register(PosixSignal signal, int number) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (Interlocked.Increment(ref _count) > 1)
            {
                _log.Warning("{Signal} again: ending at once", signal);
                Environment.Exit(ExitCode.SignalBase + number);
            }
            _log.Information("{Signal}: draining; once more ends at once", signal);
            _application.StopApplication();
        }));
}
