using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Hosting;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Text;
using Straightwire.Devices.Network;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.CommandLine.Lab;

/// <summary>
/// The second half of `lab`, inside the namespaces: serves, runs COMMAND beside the server with the
/// caller's standard
/// streams and affinity, and ends with its status.
/// </summary>
public sealed class LabInside(TextWriter error)
{
    private int _commandId;

    /// <summary>
    /// Returns COMMAND's status, or the server's own when it could not start (<see cref="ExitCode"/>).
    /// </summary>
    public int Run(IConfigurationRoot configuration, ApplianceOptions options, string[] command)
    {
        LoopbackInterface.Up();
        // COMMAND is started by this process, which a sandbox would not let it.
        options = options with
        {
            Server = options.Server with
            {
                DrainTimeout = default,
                Sandbox = false,
                // A laboratory leaves nothing behind.
                State = options.Server.State ?? ServerSecret.OfThisStart,
            },
        };
        using ServerHost? host = ServerHost.TryBuild(
            configuration, options, ServerSignals.Take(ownsEnd: false), isService: false);
        if (host is null)
        {
            return ExitCode.Failure;
        }
        int started = host.Start();
        if (started != ExitCode.Ok)
        {
            return started;
        }
        string url = options.Services
            .Select(plan => plan.UrlAt(host.Link!.Address.Address)).OfType<string>().FirstOrDefault() ?? "";
        if (command.Length == 0)
        {
            string? shell = Environment.GetEnvironmentVariable("SHELL");
            command = [string.IsNullOrEmpty(shell) ? "/bin/sh" : shell];
            error.WriteLine($"straightwire lab: {url} answers in here; 'exit' ends it.");
        }
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ignore);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, PassOn);
        int status = RunCommand(command, url);
        int served = host.Stop();
        return status != ExitCode.Ok ? status : served;
    }

    /// <summary>The terminal sends it to COMMAND too, whose decision it is.</summary>
    private static void Ignore(PosixSignalContext context) => context.Cancel = true;

    private void PassOn(PosixSignalContext context)
    {
        context.Cancel = true;
        int command = Volatile.Read(ref _commandId);
        if (command != 0)
        {
            ProcessControl.Terminate(command);
        }
    }

    private int RunCommand(string[] command, string url)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        start.Environment["STRAIGHTWIRE_URL"] = url;
        start.Environment["STRAIGHTWIRE_PID"] = FormattableString.Invariant($"{Environment.ProcessId}");
        try
        {
            using Process process = ProcessControl.Start(start);
            Volatile.Write(ref _commandId, process.Id);
            process.WaitForExit();
            Volatile.Write(ref _commandId, 0);
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            const int NoSuchFile = 2;
            bool isMissing = e.NativeErrorCode == NoSuchFile;
            string reason = isMissing ? "there is no such program" : "it cannot be run";
            error.WriteLine($"straightwire: {PrintableText.Of(command[0])}: {reason}");
            return isMissing ? ExitCode.NotFound : ExitCode.CannotRun;
        }
    }
}
