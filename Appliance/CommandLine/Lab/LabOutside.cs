using System.Diagnostics;
using System.Runtime.Versioning;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.CommandLine.Lab;

/// <summary>
/// The first half of `lab`: becomes itself again inside a private user and network namespace, through
/// util-linux's
/// unshare. The process stays the same one, so that signals, the terminal and the exit status need no
/// passing on.
/// </summary>
public sealed class LabOutside(TextWriter error)
{
    /// <summary>Replaces this process. Returns, with an exit status, only when that cannot be done.</summary>
    public int Run(string[] ownArguments, string[] command)
    {
        if (!OperatingSystem.IsLinux())
        {
            error.WriteLine("straightwire: lab needs Linux.");
            return ExitCode.Link;
        }
        string? unshare = FindProgram("unshare");
        if (unshare is null)
        {
            error.WriteLine("straightwire: lab needs the program unshare: install the package util-linux.");
            return ExitCode.Link;
        }
        string refusal = "";
        foreach (string[] flags in NamespaceFlags())
        {
            if (TryNamespace(unshare, flags, out refusal))
            {
                string[] self = [.. Self(), .. ownArguments, CommandOptions.InsideName, "--", .. command];
                DiagnosticFiles.Remove();
                string reason = ProcessControl.Execute(unshare, [unshare, .. flags, "--", .. self]);
                error.WriteLine($"straightwire: {unshare} cannot be run: {reason}.");
                return ExitCode.Link;
            }
        }
        error.WriteLine($"""
            straightwire: lab cannot have a private network: {refusal}
            Allow user namespaces (sysctl user.max_user_namespaces; on Ubuntu also
            kernel.apparmor_restrict_unprivileged_userns=0; in Docker --security-opt seccomp=unconfined,
            or --cap-add SYS_ADMIN as root), or run 'straightwire serve' as root.
            """);
        return ExitCode.Link;
    }

    /// <summary>The full path of a program on the PATH; null when there is none.</summary>
    [SupportedOSPlatform("linux")]
    private static string? FindProgram(string name)
    {
        const UnixFileMode Executable =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        string path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(file => File.Exists(file) && (File.GetUnixFileMode(file) & Executable) != 0);
    }

    /// <summary>
    /// Root needs no user namespace, and some containers forbid them, so it is tried without first.
    /// </summary>
    private static IEnumerable<string[]> NamespaceFlags()
    {
        if (Environment.IsPrivilegedProcess)
        {
            yield return ["--net"];
        }
        yield return ["--user", "--map-root-user", "--net"];
    }

    private static bool TryNamespace(string unshare, string[] flags, out string refusal)
    {
        var start = new ProcessStartInfo(unshare, [.. flags, "--", "true"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process probe = Process.Start(start)!;
        refusal = probe.StandardError.ReadToEnd().Trim();
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }

    /// <summary>How this program is started: by itself, or by dotnet with the name of the assembly.</summary>
    private static string[] Self()
    {
        string process = Environment.ProcessPath ?? "/proc/self/exe";
        return Path.GetFileName(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, "straightwire.dll")]
            : [process];
    }
}
