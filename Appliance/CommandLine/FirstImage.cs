using Microsoft.Extensions.Configuration;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Hosting;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Devices.Processes;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.CommandLine;

/// <summary>
/// The program's first image: opens what needs a privilege, gives all privileges up, and executes the program
/// again in the same process. It serves nothing, and so builds no host.
/// </summary>
public static class FirstImage
{
    /// <summary>
    /// Returns, with an exit status, only when the link cannot be opened or the sandbox cannot be entered.
    /// </summary>
    public static int Run(IConfigurationRoot configuration, ApplianceOptions options)
    {
        ProcessSignals.BeginFirstImage();
        try
        {
            LinkGrant grant = LinkOpener.Open(options);
            if (grant.NeedsPrivilegeToAdopt)
            {
                // libpcap's handle lives in the memory of the image that opens it.
                return ServerHost.Run(configuration, options, ServerSignals.Take(ownsEnd: true), grant);
            }
            if (grant.Kind == LinkKind.Xdp)
            {
                // The next image has not the capability that exempts from the limit.
                ProcessLimits.RaiseLockedMemory();
            }
            // Where only a privilege lets them be made.
            SandboxRules.RolledLogs(configuration, options).ToList().ForEach(LogPlace.Touch);
            options.Services.ToList().ForEach(plan => plan.BeforeSeal());
            return HandOver(configuration, options, grant, OpenCapture(options));
        }
        catch (Exception e) when (e is LinkException or SandboxException or IOException
            or UnauthorizedAccessException)
        {
            Logging.Fatal(configuration, options.Log, e.Message);
            return e is LinkException ? ExitCode.Link : ExitCode.Failure;
        }
    }

    private static int HandOver(
        IConfigurationRoot configuration, ApplianceOptions options, LinkGrant grant, SafeFileHandle? capture)
    {
        ServerSecret secret = ServerSecret.Open(options);
        ProcessLimits.RaiseOpenFiles(Content.Residency.OpenFilesWanted);
        List<SandboxRule> rules = SandboxRules.For(configuration, options);
        var handover = new ImageHandover
        {
            Grant = grant,
            Settings = ImageHandover.SettingsOf(configuration),
            ConfigurationFile = ConfigurationFile.Of(configuration),
            Capture = (int?)capture?.DangerousGetHandle(),
            Manager = ServiceManager.Connect(),
            Secret = secret.Bytes,
            SecretLost = secret.Lost,
        };

        DiagnosticFiles.Remove();

        // The next image takes what comes meanwhile.
        ProcessSignals.Hold();

        // From here to the execution nothing else is done: this thread has no privilege any more, and the
        // others still have.
        string? missing = ProcessSandbox.Enter(rules);
        int text = NextImage.Leave((handover with { LandlockMissing = missing }).ToText());
        string reason = NextImage.Execute(text, handover.Descriptors, ("DOTNET_EnableDiagnostics", "0"));
        throw new SandboxException(
            $"The program cannot be executed again: {reason}. Start with --no-sandbox.");
    }

    private static SafeFileHandle? OpenCapture(ApplianceOptions options) => options.Server.Pcap is { } path
        ? File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read)
        : null;
}
