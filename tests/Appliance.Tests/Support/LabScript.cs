using System.Diagnostics;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// Runs bash scripts beside the real program in a network namespace that ends with them. A script stops at
/// its first failing command and finds: $url, $out (its working directory), $www, $root, $sums, $server (the
/// program), $echo (the program with a service more), $client (<see cref="ClientProgram"/>) and, through lab,
/// $pid of the server.
/// </summary>
internal static class LabScript
{
    /// <summary>The server's URL without a final slash.</summary>
    public const string Url = "http://198.18.0.2";

    private static readonly string[] NamespaceFlags =
        Environment.IsPrivilegedProcess ? ["--net"] : ["--user", "--map-root-user", "--net"];

    private static readonly Lazy<string?> Obstacle = new(FindObstacle);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>The program that the build made.</summary>
    public static string Built { get; } = Path.Combine(AppContext.BaseDirectory, "straightwire");

    /// <summary>The file that TESTS_PROGRAM names, as `dotnet publish` makes it; null: none.</summary>
    public static string? Published { get; } =
        Environment.GetEnvironmentVariable("TESTS_PROGRAM") is { Length: > 0 } file
            ? Path.GetFullPath(file)
            : null;

    /// <summary>The program under test.</summary>
    public static string Server => Published ?? Built;

    /// <summary>Packages of the tools that scripts use, by tool.</summary>
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["ab"] = "apache2-utils",
        ["curl"] = "curl",
        ["ethtool"] = "ethtool",
        ["fail2ban-regex"] = "fail2ban",
        ["gcc"] = "gcc",
        ["goaccess"] = "goaccess",
        ["ip"] = "iproute2",
        ["iptables"] = "iptables",
        ["lftp"] = "lftp",
        ["ncftpget"] = "ncftp",
        ["node"] = "nodejs",
        ["nsenter"] = "util-linux",
        ["ping"] = "iputils-ping",
        ["prlimit"] = "util-linux",
        ["promtool"] = "prometheus",
        ["python3"] = "python3",
        ["runuser"] = "util-linux",
        ["setpriv"] = "util-linux",
        ["rclone"] = "rclone",
        ["readelf"] = "binutils",
        ["ss"] = "iproute2",
        ["strace"] = "strace",
        ["tnftp"] = "tnftp",
        ["tidy"] = "tidy",
        ["tshark"] = "tshark",
        ["unshare"] = "util-linux",
        ["wget"] = "wget",
        ["wrk"] = "wrk",
    };

    // A client's kernel takes in as much ahead of a slow reader as it did before Linux 6.17, and not 32 MB:
    // what is to happen under way happens while there is still something to send.
    private const string SmallBuffers =
        "(echo 4096 131072 6291456 >/proc/sys/net/ipv4/tcp_rmem) 2>/dev/null || true\n";

    /// <summary>Where the check installs modules of Node.js, and node looks for them.</summary>
    private static string NodeModules =>
        Environment.GetEnvironmentVariable("NODE_PATH")
        ?? RepositoryFiles.PathOf(Path.Combine("artifacts", "ci", "node_modules"));

    /// <summary>Ignores the test when a module of Node.js is missing.</summary>
    public static void RequireModule(string name)
    {
        Require("node");
        if (!NodeModules.Split(':').Any(d => Directory.Exists(Path.Combine(d, name))))
        {
            Skip.Because($"npm's {name} is missing: install it as .ci/run does, or set NODE_PATH.");
        }
    }

    /// <summary>Ignores the test when a tool is missing, and says which package has it.</summary>
    public static void Require(params string[] tools)
    {
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        foreach (string tool in tools.Append("unshare"))
        {
            if (!directories.Concat(["/usr/sbin", "/sbin"]).Any(d => File.Exists(Path.Combine(d, tool))))
            {
                Skip.Because($"'{tool}' is missing: install the Debian package {Packages[tool]}.");
            }
        }
        if (Obstacle.Value is { } obstacle)
        {
            Skip.Because(obstacle);
        }
    }

    /// <summary>`straightwire lab`, with a script beside the server.</summary>
    public static ScriptResult Serve(TemporaryContent content, string script, params string[] options) =>
        Serve(content, Limit, script, options);

    /// <summary>The same, which may take as long as it is told.</summary>
    public static ScriptResult Serve(
        TemporaryContent content, TimeSpan limit, string script, params string[] options) =>
        Run(
            content,
            [Server, "lab", content.Www, .. options, "--"],
            SmallBuffers + "pid=$STRAIGHTWIRE_PID\n" + script,
            limit);

    /// <summary>
    /// A script in an empty namespace, which starts and stops servers itself: `serve` does so in the
    /// background and sets $pid, `answers` waits for the first response.
    /// </summary>
    public static ScriptResult Namespace(
        TemporaryContent content, string script, TimeSpan? limit = null) =>
        Run(content, ["unshare", .. NamespaceFlags, "--"], SmallBuffers + """
            ip link set lo up
            trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
            serve() { "$server" serve "$www" "$@" </dev/null >>"$root/server.log" 2>&1 & pid=$!; }
            answers() {
              for i in {1..300}; do curl -s -o /dev/null --max-time 1 $url/ && return || sleep 0.1; done
            }

            """ + script, limit);

    /// <summary>Runs a command that runs bash, for two minutes at most unless told.</summary>
    public static ScriptResult Run(
        TemporaryContent content, string[] command, string script, TimeSpan? limit = null)
    {
        string[] line = [.. command, "bash", "-c", "set -euo pipefail\n" + script];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = content.Downloads,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        start.Environment["STRAIGHTWIRE__SERVER__STATE"] = "none";
        start.Environment["url"] = Url;
        start.Environment["root"] = content.Root;
        start.Environment["www"] = content.Www;
        start.Environment["out"] = content.Downloads;
        start.Environment["sums"] = content.SumsFile;
        start.Environment["server"] = Server;
        start.Environment["echo"] = Path.Combine(AppContext.BaseDirectory, "Straightwire.EchoService");
        start.Environment["client"] = Path.Combine(AppContext.BaseDirectory, "Straightwire.Appliance.Tests");
        start.Environment["clients"] = Path.Combine(AppContext.BaseDirectory, "Wire", "Clients");
        start.Environment["NODE_PATH"] = NodeModules;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(limit ?? Limit);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }
        string log = Path.Combine(content.Root, "server.log");
        string serverLog = File.Exists(log) ? File.ReadAllText(log) : "";
        return new ScriptResult(
            ended ? process.ExitCode : -1, output.Result.Trim(), error.Result.Trim() + serverLog);
    }

    /// <summary>Why no namespace with a TAP can be had; null when it can.</summary>
    private static string? FindObstacle()
    {
        try
        {
            File.Open("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"No TAP can be made ({e.Message}): load the module tun, and run the tests as root.";
        }
        using Process probe = Process.Start("unshare", [.. NamespaceFlags, "--", "true"]);
        probe.WaitForExit();
        return probe.ExitCode == 0 ? null : "No network namespace can be made: run the tests as root.";
    }
}

/// <summary>What a script did.</summary>
/// <param name="Status">Its exit status; -1 when it had to be ended.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Log">Standard error, and the server's log.</param>
internal readonly record struct ScriptResult(int Status, string Output, string Log)
{
    /// <summary>Fails the test, with all that was written, unless the script went well.</summary>
    public ScriptResult Succeeded()
    {
        Assert.That(Status, Is.Zero, $"{Output}\n--- standard error\n{Log}");
        return this;
    }
}
