using Straightwire.Protocols.Ftp;

namespace Straightwire.Simulation.Tests;

/// <summary>The simulation of FTP over many seeds: <see cref="FtpScenario"/>.</summary>
public sealed class FtpSeedTests
{
    private const ulong SeedCount = 400;

    [Test]
    public void Ftp_over_a_faulty_cable_keeps_its_word_and_leaves_nothing_behind() =>
        RunSeeds(isSharded: false, "keeps_its_word");

    [Test]
    public void Ftp_of_several_shards_does_so_whichever_of_them_a_frame_comes_to() =>
        RunSeeds(isSharded: true, "whichever_of_them");

    private static void RunSeeds(bool isSharded, string name)
    {
        Dictionary<string, long> totals = [];
        ScenarioTotals network = new();
        ulong count = SeedRun.All(SeedCount, name, seed =>
        {
            foreach (FtpCounters counters in FtpScenario.Run(seed, network, isSharded))
            {
                Add(totals, counters);
            }
        });
        TestContext.Out.WriteLine(string.Join(", ", totals.Select(total => $"{total.Key} {total.Value}")));
        if (count >= 300)
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
