using System.Globalization;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// Runs something with many seeds. TESTS_SEEDS=from..to has all such tests run other seeds than those that
/// they run by themselves.
/// </summary>
internal static class SeedRun
{
    private const int FailureMax = 5;

    /// <summary>
    /// Takes a line for each segment of a run; null unless TESTS_TRACE=FILE asks for it.
    /// </summary>
    public static TextWriter? Trace { get; } =
        Environment.GetEnvironmentVariable("TESTS_TRACE") is { Length: > 0 } file
            ? new StreamWriter(file) { AutoFlush = true }
            : null;

    /// <summary>
    /// Runs all seeds, and fails the test with each one's fault and the command that repeats it.
    /// </summary>
    /// <param name="count">How many seeds, from 1 on, are run unless others are asked for.</param>
    /// <param name="test">What is in this test's name and in no other's.</param>
    /// <param name="run">Runs one seed; throws what goes wrong.</param>
    /// <returns>How many seeds were run.</returns>
    public static ulong All(ulong count, string test, Action<ulong> run)
    {
        List<string> failures = [];
        (ulong from, ulong to) = Seeds(count);
        for (ulong seed = from; seed <= to && failures.Count < FailureMax; seed++)
        {
            try
            {
                run(seed);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"seed {seed}: {exception}\nagain: TESTS_SEEDS={seed}..{seed} "
                    + "dotnet test -c Release tests/Simulation.Tests --filter Name~" + test + "\n");
            }
        }
        Assert.That(failures, Is.Empty, () => string.Join('\n', failures));
        return to - from + 1;
    }

    private static (ulong From, ulong To) Seeds(ulong count)
    {
        if (Environment.GetEnvironmentVariable("TESTS_SEEDS") is not { Length: > 0 } asked)
        {
            return (1, count);
        }
        string[] ends = asked.Split("..");
        return (ulong.Parse(ends[0], CultureInfo.InvariantCulture),
            ulong.Parse(ends[^1], CultureInfo.InvariantCulture));
    }
}
