using System.Globalization;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Simulation.Tests;

/// <summary>The simulation of FTP over many seeds: <see cref="FtpScenario"/>.</summary>
public sealed class FtpSeedTests
{
    private const int FailureMax = 5;

    /// <summary>TESTS_SEEDS=from..to runs other seeds than these.</summary>
    private static (ulong From, ulong To) Seeds
    {
        get
        {
            string[] ends =
                (Environment.GetEnvironmentVariable("TESTS_SEEDS") ?? "1..400").Split("..");
            return (
                ulong.Parse(ends[0], CultureInfo.InvariantCulture),
                ulong.Parse(ends[^1], CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void Ftp_over_a_faulty_cable_keeps_its_word_and_leaves_nothing_behind() =>
        RunSeeds(isSharded: false, "keeps_its_word");

    [Test]
    public void Ftp_of_several_shards_does_so_whichever_of_them_a_frame_comes_to() =>
        RunSeeds(isSharded: true, "whichever_of_them");

    private static void RunSeeds(bool isSharded, string name)
    {
        List<string> failures = [];
        Dictionary<string, long> totals = [];
        (ulong from, ulong to) = Seeds;
        for (ulong seed = from; seed <= to && failures.Count < FailureMax; seed++)
        {
            try
            {
                foreach (FtpCounters counters in FtpScenario.Run(seed, isSharded))
                {
                    Add(totals, counters);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"seed {seed}: {exception}\nagain: TESTS_SEEDS={seed}..{seed} "
                    + "dotnet test -c Release tests/Simulation.Tests --filter Name~" + name + "\n");
            }
        }
        TestContext.Out.WriteLine(string.Join(", ", totals.Select(total => $"{total.Key} {total.Value}")));
        Assert.That(failures, Is.Empty, () => string.Join('\n', failures));
        if (to - from >= 299)
        {
            // The runs prove something only if transfers succeed, and fail.
            Assert.That(totals[nameof(FtpCounters.Downloads)], Is.GreaterThan(100));
            Assert.That(totals[nameof(FtpCounters.Uploads)], Is.GreaterThan(100));
            Assert.That(totals[nameof(FtpCounters.Listings)], Is.GreaterThan(30));
            Assert.That(totals[nameof(FtpCounters.TransfersAborted)], Is.GreaterThan(30));
            Assert.That(totals[nameof(FtpCounters.TransfersFailed)], Is.GreaterThan(30));
        }
    }

    private static void Add(Dictionary<string, long> totals, FtpCounters counters)
    {
        foreach (System.Reflection.FieldInfo field in typeof(FtpCounters).GetFields())
        {
            totals[field.Name] = totals.GetValueOrDefault(field.Name) + (long)field.GetValue(counters)!;
        }
    }
}
