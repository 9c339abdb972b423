using System.Diagnostics;
using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Tests.Content;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Watching;

/// <summary>Large files of which every change is told are not looked at for each request.</summary>
[Platform("Linux")]
public sealed class TrustTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ContentDirectory _content = null!;
    private ShardContent _shard = null!;
    private Instant _now;

    [SetUp]
    public void SetUp()
    {
        _content = new ContentDirectory();
        _content.Options = _content.Options with { PackedFileBytes = 10, Verify = ContentVerify.Watch };
        _content.Write("dir/f", new string('A', 1000));
    }

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void A_file_is_looked_at_once_a_second()
    {
        Begin();
        Assert.That(IsCurrent(0), Is.True);
        // By a name outside of what is watched it changes without a notice.
        _content.Shell("ln dir/f ../g; printf B | dd of=../g conv=notrunc status=none");
        Assert.That(IsCurrent(999), Is.True, "nobody looks");
        Assert.That(IsCurrent(1001), Is.False);
    }

    [TestCase("printf B | dd of=dir/f conv=notrunc status=none")]
    [TestCase("cp dir/f ../g; mv ../g dir/f")]
    [TestCase("rm dir/f")]
    [TestCase("truncate -s 999 dir/f")]
    public void A_file_is_looked_at_as_soon_as_a_change_is_told(string change)
    {
        Begin();
        Assert.That(IsCurrent(0), Is.True);
        _content.Shell(change);
        Await(() => !IsCurrent(1));
    }

    [Test]
    public void A_file_that_was_changed_is_trusted_again_when_it_is_served_anew()
    {
        Begin();
        _content.Shell("printf B > ../g; cat dir/f >> ../g; mv ../g dir/f");
        Await(() => _content.Find("/dir/f")?.Body.Length == 1001);
        _shard.BeginPass();
        // Once the look that served it has ended.
        _content.Write("last", "seen");
        Await(() => _content.Find("/last") is not null);
        _shard.BeginPass();
        Assert.That(IsCurrent(0), Is.True);
        _content.Shell("ln dir/f ../h; printf C | dd of=../h conv=notrunc status=none");
        Assert.That(IsCurrent(999), Is.True, "nobody looks");
    }

    [Test]
    public void A_file_with_two_names_is_looked_at_for_each_request()
    {
        _content.Shell("ln dir/f ../g");
        Begin();
        Assert.That(IsCurrent(0), Is.True);
        _content.Shell("printf B | dd of=../g conv=notrunc status=none");
        Assert.That(IsCurrent(1), Is.False);
    }

    [Test]
    public void A_file_in_a_polled_directory_is_looked_at_for_each_request()
    {
        // The root and its parent alone are watched.
        Begin(watchedMax: 2);
        Assert.That(IsCurrent(0), Is.True);
        _content.Shell("printf B | dd of=dir/f conv=notrunc status=none");
        Assert.That(IsCurrent(1), Is.False);
    }

    private void Begin(int watchedMax = int.MaxValue)
    {
        _content.Watch(watchedMax);
        _shard = _content.Store.AddShard(() => { });
        _now = MonotonicClock.Now;
    }

    private bool IsCurrent(int milliseconds, string path = "/dir/f")
    {
        ContentEntry entry = _shard.Current.Find(Encoding.UTF8.GetBytes(path))!;
        return _shard.IsCurrent(entry, default, _now.PlusMilliseconds(milliseconds));
    }

    private static void Await(Func<bool> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.That(waited.Elapsed, Is.LessThan(Patience));
            Thread.Sleep(2);
        }
    }
}
