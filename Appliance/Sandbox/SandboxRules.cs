using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Devices.Sandbox;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Sandbox;

/// <summary>The files that a sandboxed server may open. What is not named here is refused.</summary>
public static class SandboxRules
{
    private const string AssemblyFile = "straightwire.dll";

    /// <summary>All rules for a configuration.</summary>
    public static List<SandboxRule> For(IConfiguration configuration, ApplianceOptions options)
    {
        List<SandboxRule> rules = [.. Runtime(), .. System()];
        if (ContentDirectory.Find(options.Content.Directory) is { } content)
        {
            rules.Add(new(content, MayChange(options) ? SandboxAccess.Change : SandboxAccess.Read));
        }
        rules.AddRange(Each(SandboxAccess.Read, options.Server.SandboxRead ?? []));
        rules.AddRange(Each(SandboxAccess.Read, [.. DeployDirectories.Of(options)]));
        rules.AddRange(Each(SandboxAccess.Read, [.. ConfigurationDirectories(configuration)]));
        rules.AddRange(TransferLogs(options).Concat(RolledLogs(configuration, options)).Select(OfLog));
        return rules;
    }

    /// <summary>FTP's logs, which are opened anew at a signal. Their directories must be there.</summary>
    public static IEnumerable<string> TransferLogs(ApplianceOptions options) =>
        (options.Ftp.Enabled ? (string?[])[options.Ftp.Logs.Xferlog, options.Ftp.Logs.Json] : [])
        .OfType<string>()
        .Select(Path.GetFullPath);

    /// <summary>Serilog's files, which are rolled; it makes their directories.</summary>
    public static IEnumerable<string> RolledLogs(IConfiguration configuration, ApplianceOptions options) =>
        // A sink that Serilog's section names has its file under "path", whatever stands around it.
        configuration.GetSection(OptionsReader.SerilogSection).AsEnumerable()
            .Where(pair => pair.Key.EndsWith(":path", StringComparison.OrdinalIgnoreCase))
            .Select(pair => pair.Value)
            .Append(options.Log.File)
            .OfType<string>()
            .Select(Path.GetFullPath);

    /// <summary>Editors rename, so that a file's directory is named and not the file.</summary>
    private static IEnumerable<string> ConfigurationDirectories(IConfiguration configuration) =>
        ConfigurationSources.FilesOf(configuration)
            .Select(file => Path.GetDirectoryName(file) ?? "/")
            .Where(DeployDirectories.MayRead);

    /// <summary>Whether any user of FTP may do more than read.</summary>
    private static bool MayChange(ApplianceOptions options) => options.Ftp.Enabled
        && options.Ftp.ToFtp().Users.Any(user => (user.Rights & ~FtpUser.ReadOnly) != 0);

    /// <summary>A log's directory, in which it is rolled; a device is itself.</summary>
    private static SandboxRule OfLog(string file) =>
        file.StartsWith("/dev/", StringComparison.Ordinal)
            ? new(file, SandboxAccess.ReadWrite)
            : new(Path.GetDirectoryName(file) ?? "/", SandboxAccess.Append);

    /// <summary>
    /// The program and .NET: what is loaded already and, since assemblies are loaded when they are first
    /// needed, what lies beside it. Files and not the program's directory, which may be anything's.
    /// </summary>
    private static IEnumerable<SandboxRule> Runtime()
    {
        IEnumerable<string> files = LoadedFiles();
        if (Environment.ProcessPath is { } program)
        {
            files = files.Append(program);
        }
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, AssemblyFile)))
        {
            files = files.Concat(Directory.EnumerateFiles(AppContext.BaseDirectory));
        }

        // Of a .NET that is installed: shared/Microsoft.NETCore.App/VERSION, and host beside shared.
        string framework = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        string? shared = Path.GetDirectoryName(Path.GetDirectoryName(framework));
        if (shared is not null && Path.GetFileName(shared) == "shared")
        {
            files = files.Append(shared).Append(Path.Combine(Path.GetDirectoryName(shared)!, "host"));
        }
        return files.Distinct().Select(file => new SandboxRule(file, SandboxAccess.Execute));
    }

    private static IEnumerable<string> LoadedFiles() => File.ReadLines("/proc/self/maps")
        .Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "")
        .Where(path => path.Length > 0)
        .Distinct();

    /// <summary>
    /// Libraries, what the runtime asks of the kernel (its limits, its processors, its memory), the time
    /// zone, and what a terminal can show.
    /// </summary>
    private static IEnumerable<SandboxRule> System() =>
    [
        .. Each(SandboxAccess.Execute, "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"),
        .. Each(SandboxAccess.Read,
            "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld-musl-x86_64.path", "/etc/dotnet",
            "/etc/localtime", "/usr/share/zoneinfo", "/etc/terminfo", "/usr/share/terminfo",
            "/proc/self", "/proc/meminfo", "/proc/stat", "/proc/cpuinfo", "/proc/sys/vm",
            "/sys/fs/cgroup", "/sys/devices/system"),
        .. Each(SandboxAccess.ReadWrite, "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
    ];

    private static IEnumerable<SandboxRule> Each(SandboxAccess access, params string[] paths) =>
        paths.Select(path => new SandboxRule(path, access));
}
