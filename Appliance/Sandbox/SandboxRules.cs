using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Options;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Sandbox;

/// <summary>The files that a sandboxed server may open. What is not named here is refused.</summary>
public static class SandboxRules
{
    private const string AssemblyFile = "straightwire.dll";

    // AT_BASE.
    private const ulong InterpreterBase = 7;

    /// <summary>All rules for a configuration.</summary>
    public static List<SandboxRule> For(IConfiguration configuration, ApplianceOptions options)
    {
        List<SandboxRule> rules = [.. OwnFiles(), .. System()];
        if (ContentDirectory.Find(options.Content.Directory) is { } content)
        {
            rules.Add(new(content, SandboxAccess.Read));
        }
        rules.AddRange(Each(SandboxAccess.Read, options.Server.SandboxRead ?? []));
        rules.AddRange(Each(SandboxAccess.Read, [.. DeployDirectories.Of(options)]));
        rules.AddRange(Each(SandboxAccess.Read, [.. ConfigurationDirectories(configuration)]));
        rules.AddRange(options.Services.SelectMany(plan => plan.Files()));
        rules.AddRange(RolledLogs(configuration, options).Select(LogPlace.RuleOf));
        return rules;
    }

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

    /// <summary>
    /// The program, which is executed once more, and what the kernel loads it with; the libraries that they
    /// read then.
    /// </summary>
    private static IEnumerable<SandboxRule> OwnFiles()
    {
        if (Environment.ProcessPath is { } program)
        {
            yield return new(program, SandboxAccess.Execute);
        }
        ulong loader = LoaderAddress();
        foreach ((ulong address, string file) in LoadedFiles())
        {
            yield return new(file, address == loader ? SandboxAccess.Execute : SandboxAccess.Read);
        }
        foreach (string file in ProcessSandbox.MakesCode ? Runtime() : [])
        {
            yield return new(file, SandboxAccess.Read);
        }
    }

    /// <summary>
    /// Where the program's interpreter was loaded (elf(5)), which the kernel executes in its place and which
    /// loads its libraries; 0: it has none.
    /// </summary>
    private static ulong LoaderAddress()
    {
        // Pairs of a key and a value (getauxval(3)).
        ReadOnlySpan<ulong> pairs = MemoryMarshal.Cast<byte, ulong>(File.ReadAllBytes("/proc/self/auxv"));
        for (int i = 0; i + 1 < pairs.Length; i += 2)
        {
            if (pairs[i] == InterpreterBase)
            {
                return pairs[i + 1];
            }
        }
        return 0;
    }

    /// <summary>
    /// .NET and its libraries, where the program is not all of it: assemblies are loaded when they are first
    /// needed. Of what lies beside the program files and not the directory, which may be anything's.
    /// </summary>
    private static IEnumerable<string> Runtime()
    {
        IEnumerable<string> files =
            ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/dotnet"];
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
        return files;
    }

    /// <summary>Each with the lowest address that it is mapped at.</summary>
    private static IEnumerable<(ulong Address, string File)> LoadedFiles() =>
        from line in File.ReadLines("/proc/self/maps")
        let path = line.IndexOf('/')
        where path >= 0
        let address = ulong.Parse(
            line.AsSpan(0, line.IndexOf('-')), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        group address by line[path..] into addresses
        select (addresses.Min(), addresses.Key);

    /// <summary>
    /// Where libraries are, what the runtime asks of the kernel (its limits, its processors, its memory), the
    /// time zone, and what a terminal can show.
    /// </summary>
    private static IEnumerable<SandboxRule> System() =>
    [
        .. Each(SandboxAccess.Read,
            "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld-musl-x86_64.path",
            "/etc/localtime", "/usr/share/zoneinfo", "/etc/terminfo", "/usr/share/terminfo",
            "/proc/self", "/proc/meminfo", "/proc/stat", "/proc/cpuinfo", "/proc/sys/vm",
            "/sys/fs/cgroup", "/sys/devices/system"),
        .. Each(SandboxAccess.ReadWrite, "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
    ];

    private static IEnumerable<SandboxRule> Each(SandboxAccess access, params string[] paths) =>
        paths.Select(path => new SandboxRule(path, access));
}
