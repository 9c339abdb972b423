using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>Names that are read anew: whose first, and what becomes of it when that fails.</summary>
public sealed class RenewalTests
{
    private const long Large = 100L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Ipv4Address Greedy = new(0xC612_0001);
    private static readonly Ipv4Address Modest = new(0xC612_0101);

    private SemaphoreSlim _mayGoOn = null!;
    private BlockingCollection<string[]> _applied = null!;
    private FaultLog _faults = null!;
    private Residency _residency = null!;
    private Renewal _renewal = null!;
    private int _region;

    [SetUp]
    public void SetUp()
    {
        (_mayGoOn, _applied, _faults) = (new SemaphoreSlim(0), [], new FaultLog(NullLogger.Instance));
        _residency = new Residency(
            static (_, _, _) => true, static () => Instant.Zero, threads: 1, NullLogger.Instance);
    }

    [TearDown]
    public void TearDown()
    {
        _mayGoOn.Release(100_000);
        _renewal.Dispose();
        _residency.Dispose();
        _mayGoOn.Dispose();
        _applied.Dispose();
    }

    [TestCase(32)]
    [TestCase(24)]
    public void A_peer_that_waits_for_many_files_delays_anothers_by_one(int peerPrefixLength)
    {
        Begin(peerPrefixLength);
        Add("/first", Greedy);
        Assert.That(Applied(), Is.EqualTo(new[] { "/first" }));
        for (uint i = 0; i < 1000; i++)
        {
            Add($"/many{i}", new Ipv4Address(Greedy.Value + (peerPrefixLength == 24 ? i % 200 : 0)));
        }
        FileWindows shared = Add("/shared", Greedy);
        Add("/one", Modest);
        Renew(shared, Modest);
        _mayGoOn.Release(5);
        string[] then = [.. Enumerable.Range(0, 4).SelectMany(_ => Applied())];
        Assert.That(then, Is.EqualTo(new[] { "/many0", "/one", "/many1", "/shared" }));
    }

    [Test]
    public void Files_of_which_nothing_has_to_be_read_are_done_together()
    {
        Begin(32);
        Add("/first", Greedy);
        _ = Applied();
        for (int i = 0; i < 30; i++)
        {
            Add($"/f{i}", Greedy, FileStanding.Void);
        }
        _mayGoOn.Release(2);
        Assert.That(Applied(), Has.Length.EqualTo(30));
    }

    [Test]
    public void A_look_that_throws_fails_alone()
    {
        Begin(32);
        FileWindows broken = Add("/broken", Greedy);
        _ = Applied();
        FileWindows whole = Add("/whole", Modest);
        _mayGoOn.Release(2);
        Assert.That(Applied(), Is.EqualTo(new[] { "/whole" }));
        Assert.That(SpinWait.SpinUntil(() => !broken.IsAsked && !whole.IsAsked, Patience), Is.True);
        Assert.That(_faults.JobFaults, Is.EqualTo(1));
    }

    private void Begin(int peerPrefixLength) =>
        _renewal = new Renewal(Apply, _residency, _faults, peerPrefixLength);

    private FileWindows Add(string path, Ipv4Address peer, FileStanding standing = FileStanding.Unsure)
    {
        var file = new FileWindows(++_region, Large, path) { Standing = standing };
        Renew(file, peer);
        file.IsAsked = true;
        return file;
    }

    private void Renew(FileWindows file, Ipv4Address peer) => _renewal.Add(file, peer);

    private string[] Applied()
    {
        Assert.That(_applied.TryTake(out string[]? paths, Patience), Is.True, "names are read anew");
        return paths!;
    }

    private bool Apply(IReadOnlyCollection<string> paths)
    {
        _applied.Add([.. paths]);
        _mayGoOn.Wait();
        return paths.Contains("/broken") ? throw new NotSupportedException("on purpose") : true;
    }
}
