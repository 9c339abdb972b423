using System.Globalization;

namespace Straightwire.Benchmarks.Rig;

/// <summary>By how much a server grows with connections that are open and do nothing.</summary>
internal static class IdleMemory
{
    private const int WarmConnections = 100;

    // .NET counts calls in pauses only, and compiles what is called often up to three times.
    private const int WarmWaves = 5;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Prints the kB of 1,024 bytes by which the processes of a server grow for each of so many connections.
    /// </summary>
    public static int Measure(string process, string count, Func<IDisposable> open)
    {
        int id = int.Parse(process, CultureInfo.InvariantCulture);
        for (int wave = 0; wave < WarmWaves; wave++)
        {
            Hold(open, WarmConnections).ForEach(s => s.Dispose());
            Thread.Sleep(Settle);
        }

        // These stay, so that no memory of theirs is used again by those that count.
        List<IDisposable> warm = Hold(open, WarmConnections);
        Thread.Sleep(Settle);
        double before = ProcessTree.ProportionalKilobytes(id);
        List<IDisposable> held = Hold(open, int.Parse(count, CultureInfo.InvariantCulture));
        Thread.Sleep(Settle);
        double grown = ProcessTree.ProportionalKilobytes(id) - before;
        warm.ForEach(s => s.Dispose());
        held.ForEach(s => s.Dispose());
        Console.WriteLine((grown / held.Count).ToString("F3", CultureInfo.InvariantCulture));
        return 0;
    }

    private static List<IDisposable> Hold(Func<IDisposable> open, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => open())];
}
