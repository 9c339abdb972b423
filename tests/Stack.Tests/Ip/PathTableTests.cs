using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Ip;

public class PathTableTests
{
    private static readonly Instant Start = new(1_000_000_000);

    // RFC 1191 §7, table 7-1.
    [TestCase(65_535, 32_000)]
    [TestCase(9000, 8166)]
    [TestCase(1500, 1492)]
    [TestCase(1492, 1006)]
    [TestCase(1006, 508)]
    [TestCase(68, 0)]
    [TestCase(0, 0)]
    public void Where_no_mtu_is_told_the_next_plateau_is_taken(int length, int plateau) =>
        Assert.That(PathTable.PlateauBelow(length), Is.EqualTo(plateau));

    [Test]
    public void A_path_is_known_by_its_destination_until_it_is_forgotten()
    {
        var paths = new PathTable(new IpOptions(), key: 7);
        Assert.That(paths.MtuOf(Host(1)), Is.Zero);
        paths.Learn(Host(1), 1400, Start);
        int version = paths.Version;
        paths.Learn(Host(1), 1400, Start);
        Assert.That(paths.Version, Is.EqualTo(version), "the same again is no news");
        Assert.That((paths.MtuOf(Host(1)), paths.MtuOf(Host(2))), Is.EqualTo((1400, 0)));
        paths.Learn(Host(1), 1300, Start);
        Assert.That(paths.MtuOf(Host(1)), Is.EqualTo(1300));
        paths.Forget(Host(1));
        Assert.That(paths.MtuOf(Host(1)), Is.Zero);
        Assert.That(paths.Version, Is.Not.EqualTo(version));
    }

    [Test]
    public void After_its_age_one_trial_is_due()
    {
        var paths = new PathTable(new IpOptions { PathAge = Duration.OfMilliseconds(1000) }, key: 7);
        paths.Learn(Host(1), 1400, Start);
        Assert.That(paths.IsOld(Host(1), Start.PlusMilliseconds(999)), Is.False);
        Instant old = Start.PlusMilliseconds(1000);
        Assert.That(paths.IsOld(Host(1), old), Is.True);
        paths.BeginTrial(Host(1), old);
        Assert.That(paths.IsOld(Host(1), old), Is.False);
        Assert.That(paths.MtuOf(Host(1)), Is.EqualTo(1400), "what is known stays known");
    }

    [Test]
    public void The_table_is_bounded_and_the_first_learned_gives_way()
    {
        var paths = new PathTable(new IpOptions { Paths = 16 }, key: 7);
        for (uint i = 0; i < 1000; i++)
        {
            paths.Learn(Host(i), 1000 + (int)(i % 400), Start);
            if (i % 5 == 0)
            {
                paths.Forget(Host(i));
            }
        }
        int known = 0;
        for (uint i = 0; i < 1000; i++)
        {
            known += paths.MtuOf(Host(i)) == 1000 + (int)(i % 400) ? 1 : 0;
        }
        Assert.That(known, Is.InRange(12, 16));
        Assert.That(paths.MtuOf(Host(999)), Is.EqualTo(1199));
    }

    private static Ipv4Address Host(uint number) => new(0x0A00_0000 + number);
}
