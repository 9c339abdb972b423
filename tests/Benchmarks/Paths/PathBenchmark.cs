using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks.Paths;

/// <summary>
/// Ours and Linux to the same client through the same bad networks: every row, every round, both in turn.
/// </summary>
internal static class PathBenchmark
{
    private const double LateMicroseconds = 500;

    /// <summary>Measures, and prints the table on standard output and progress on standard error.</summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="parts">Parts of the rows' names; none for all of them.</param>
    public static int Run(BenchmarkOptions options, string[] parts)
    {
        long start = Stopwatch.GetTimestamp();
        PathRow[] rows = [.. PathRows.All.Where(r => parts.Length == 0 || parts.Any(r.Name.Contains))];
        var queues = new PathQueues(rows, options.PathRounds);
        string[] names = [.. Enumerable.Range(0, queues.StarsOf(options.Stars)).Select(i => $"star{i}")];
        using var directory = new PathDirectory(names);
        PathServer[] servers = [Ours(options, directory), new("Linux", 1, null)];
        string relay = RunningRelay.Compile(directory.Root);
        var table = new PathTable(rows, servers[0], servers[1]);
        var stars = new ConcurrentBag<PathStar>();
        try
        {
            names.AsParallel().ForAll(name => stars.Add(new PathStar(name, directory, relay, servers)));
            Tell($"{stars.Count} stars after {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
            Thread[] threads =
            [
                .. stars.Select((star, i) => new Thread(() =>
                {
                    while (queues.Take(isFast: i < options.Stars) is { } run)
                    {
                        Measure(star, servers, run, options.Tshark ? directory : null, table);
                    }
                })),
            ];
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => t.Join());
        }
        catch (AggregateException e)
        {
            Console.Error.WriteLine(e.InnerException!.Message);
            return 1;
        }
        finally
        {
            foreach (PathStar star in stars)
            {
                star.Dispose();
            }
        }
        Console.WriteLine(table);
        Console.WriteLine(Conditions(options, Stopwatch.GetElapsedTime(start)));
        bool isGood = !options.Tshark || Look(directory);
        foreach (string fault in table.Faults)
        {
            Console.WriteLine(fault);
        }
        return isGood && !table.Faults.Any() ? 0 : 1;
    }

    /// <summary>Ours, with a user who may upload, and the limits of a peer lifted for the client.</summary>
    private static PathServer Ours(BenchmarkOptions options, PathDirectory directory)
    {
        string path = options.Program ?? ServerKind.BuiltProgram;
        var program = new ServeProgram(path);
        using var shell = new NamespaceShell();
        string hash = shell.Run($"echo {PathDirectory.User} | '{path}' hash-password");
        string more = $"--set tcp.peer.exempt.0={PathServer.ClientAddress}/32 --set link.offload=false "
            + $"--set server.state=none {options.ServeOptions}";
        // Asked once; stars start at the same time.
        program.Known(directory.Content, more);
        string configuration = directory.Configure(
            "ours", "uploads.json", ("LAB_USER", PathDirectory.User), ("LAB_HASH", hash));
        return new("ours", 0, content => $"{program.Serve(content, more)} --config '{configuration}'");
    }

    private static void Measure(
        PathStar star, PathServer[] servers, PathRun run, PathDirectory? captures, PathTable table)
    {
        IEnumerable<PathServer> some = run.Row.Load.IsContest ? servers.Take(1) : servers;
        foreach (PathServer server in run.Round % 2 == 0 ? some.Reverse() : some)
        {
            string? capture = server.IsOurs && run.Round == 1 && captures is not null
                ? Path.Combine(captures.Make("captures"), run.Row.Name + ".pcap")
                : null;
            string what = $"{run.Round}/{run.Rounds} {run.Row.Name}: {server.Title}";
            try
            {
                PathSample sample = Repeat(() =>
                    run.Row.Load.Run(star, server, run with { Capture = capture }), what);
                table.Add(run.Row, server, sample);
                double found = sample.Seconds.Count > 0 ? ResultTable.Median(sample.Seconds) : sample.Share;
                Tell($"{what} {found:F3}");
            }
            catch (Exception e) when (e is InvalidOperationException or IOException)
            {
                table.AddFault(run.Row, $"{server.Title}, round {run.Round}: {e.Message}");
                Tell($"{what} failed: {e.Message}");
            }
        }
    }

    /// <summary>
    /// A run in which the relay did not get its turns, as where others use the machine, is not of the path
    /// that was asked for: another is made, twice at most.
    /// </summary>
    private static PathSample Repeat(Func<PathSample> run, string what)
    {
        PathSample sample = run();
        for (int i = 0; i < 2 && sample.Report.Late99 > LateMicroseconds; i++)
        {
            Tell($"{what}: the relay was {sample.Report.Late99:F0} µs late; again");
            sample = run();
        }
        return sample;
    }

    private static void Tell(FormattableString text) =>
        Console.Error.WriteLine(FormattableString.Invariant(text));

    private static bool Look(PathDirectory directory)
    {
        int packets = 0;
        bool isGood = true;
        foreach (string capture in Directory.GetFiles(directory.Make("captures")).Order())
        {
            (string[] bad, int count) = CaptureCheck.Look(capture);
            packets += count;
            isGood &= bad.Length == 0 && count > 0;
            foreach (string line in bad.Take(5))
            {
                Console.WriteLine($"{Path.GetFileName(capture)}: {line}");
            }
        }
        Console.WriteLine(isGood
            ? $"tshark finds no malformed packet and no bad checksum among {packets} packets."
            : $"tshark finds the above among {packets} packets.");
        return isGood;
    }

    private static string Conditions(BenchmarkOptions options, TimeSpan took)
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        int random = PathRow.RoundsOfRandom * options.PathRounds;
        int slow = PathQueues.SlowStars * options.Stars;
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return string.Create(CultureInfo.InvariantCulture, $"""
            Linux {kernel} with CUBIC, nginx and vsftpd. {options.PathRounds} rounds, {random} of rows with
            random losses; {options.Stars} at once, {slow} of slow rows; {took.TotalMinutes:F1} minutes, and
            the machine's load {load} at their end.
            """);
    }
}
