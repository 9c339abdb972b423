using System.Globalization;
using Straightwire.Benchmarks.Http;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// How cost grows with the number of files: rate over all of them, memory, and time to start.
/// </summary>
internal static class FilesBenchmark
{
    /// <summary>Measures each number in turn, and prints one table.</summary>
    public static int Run(BenchmarkOptions options, IReadOnlyList<int> counts)
    {
        ServerKind[] kinds = [.. ServerKind.Wanted(options).Where(k => k.SpeaksHttp)];
        var table = new ResultTable(kinds);
        foreach (int count in counts)
        {
            Console.Error.WriteLine($"{count} files");
            using var directory = new BenchmarkDirectory(withFtp: false, small: count);
            using var group = new ServerGroup(kinds, directory);
            Rounds.Measure(RowsOf(count), group.All, options, table);
        }
        Console.WriteLine(table);
        return 0;
    }

    private static IBenchmarkRow[] RowsOf(int count)
    {
        string files = string.Create(CultureInfo.InvariantCulture, $"{count:N0} files");
        return
        [
            Workload.OfSmallFiles($"any of {files}, 64 connections", count),
            new ServerRow("resident", (server, _) => Measurement.Of(
                $"resident memory with {files}, MB", ProcessTree.ResidentMegabytes(server.Id))),
            new ServerRow("start", (server, _) => Measurement.Of(
                $"start to first response with {files}, ms", 1000 * server.Restart())),
        ];
    }
}
