using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>Every row, every round, every server in turn.</summary>
internal static class Rounds
{
    /// <summary>Measures, and tells progress on standard error.</summary>
    public static ResultTable Measure(
        IEnumerable<IBenchmarkRow> rows,
        IReadOnlyList<RunningServer> servers,
        BenchmarkOptions options,
        ResultTable table)
    {
        foreach (IBenchmarkRow row in rows)
        {
            foreach (RunningServer server in servers)
            {
                server.Exempt(row.ExemptsClients);
            }
            for (int round = row.WarmsUp ? 0 : 1; round <= options.Rounds; round++)
            {
                // There and back, so that neither of two servers is always the one that comes second.
                foreach (RunningServer server in round % 2 == 0 ? servers : servers.Reverse())
                {
                    Measure(row, server, options, round, table);
                }
            }
        }
        return table;
    }

    private static void Measure(
        IBenchmarkRow row, RunningServer server, BenchmarkOptions options, int round, ResultTable table)
    {
        try
        {
            foreach (Measurement found in row.Measure(server, options.Seconds))
            {
                if (round > 0)
                {
                    table.Add(found.Row, server.Kind, found.Sample, round);
                    string number = ResultTable.Number(found.Sample.Rate);
                    Console.Error.WriteLine(
                        $"{round}/{options.Rounds} {found.Row.Title}: {server.Kind.Name} {number}");
                }
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"{server.Kind.Title} failed in {row.Name}: {e.Message}\n{server.Log}");
        }
    }
}
