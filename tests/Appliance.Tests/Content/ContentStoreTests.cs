using System.Globalization;
using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Content;

[Platform("Linux")]
public sealed class ContentStoreTests
{
    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void A_small_file_is_packed_behind_its_heads()
    {
        _content.Write("a.html", "<p>");
        ContentEntry entry = _content.Find("/a.html")!;
        Assert.That(_content.Read(entry.Body), Is.EqualTo("<p>"));
        Assert.That(_content.Regions.IsFile(entry.Body.Region), Is.False);
        Assert.That(entry.Body.Region, Is.EqualTo(entry.Http1.Ok.Region));
        Assert.That(entry.Body.Offset, Is.EqualTo(entry.Http1.Ok.Offset + entry.Http1.Ok.Length));
        string tag = Encoding.ASCII.GetString(entry.EntityTag);
        Assert.That(tag, Does.Match("^\"[A-Za-z0-9_-]{22}\"$"));
        Assert.That(_content.Read(entry.Http1.Ok), Does.StartWith("Content-Length: 3\r\n").And.Contain(tag)
            .And.EndsWith("\r\n\r\n"));
        Assert.That(entry.MediaType, Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(_content.Read(entry.Http1.NotModified), Does.Contain(tag).And.EndsWith("\r\n\r\n"));
    }

    [Test]
    public void An_empty_file_has_a_body_of_no_bytes()
    {
        _content.Write("empty", "");
        Assert.That(_content.Find("/empty")!.Body.Length, Is.Zero);
    }

    [Test]
    public void Equal_bytes_have_equal_tags_and_other_bytes_others()
    {
        _content.Write("1", "same");
        _content.Write("2", "same");
        _content.Write("3", "other");
        Assert.That(_content.Find("/1")!.EntityTag, Is.EqualTo(_content.Find("/2")!.EntityTag));
        Assert.That(_content.Find("/1")!.EntityTag, Is.Not.EqualTo(_content.Find("/3")!.EntityTag));
    }

    [Test]
    public void Last_Modified_is_never_in_the_future()
    {
        _content.Write("past", "x");
        _content.Write("future", "x");
        File.SetLastWriteTimeUtc(_content.At("past"), DateTime.UnixEpoch.AddSeconds(1_000_000_000.5));
        File.SetLastWriteTimeUtc(_content.At("future"), DateTime.UtcNow.AddYears(10));
        Assert.That(_content.Find("/past")!.ModifiedUnixSeconds, Is.EqualTo(1_000_000_000));
        Assert.That(
            _content.Find("/future")!.ModifiedUnixSeconds,
            Is.LessThanOrEqualTo(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    }

    [Test]
    public void A_file_of_five_gigabytes_is_mapped_and_read_at_its_end()
    {
        _content.Shell("truncate -s 5G large; printf end >> large");
        ContentEntry entry = _content.Find("/large")!;
        Assert.That(entry.Body.Length, Is.EqualTo((5L << 30) + 3));
        Assert.That(_content.Read(entry.Body.Part(5L << 30, 3)), Is.EqualTo("end"));
        Assert.That(_content.Read(entry.Http1.Ok), Does.Contain("Content-Length: 5368709123\r\n"));
        Assert.That(_content.Store.Summary.MappedBytes, Is.EqualTo(entry.Body.Length));
    }

    [Test]
    public void Thousands_of_files_are_packed_and_each_is_found()
    {
        string[] paths = [.. Enumerable.Range(0, 5000).Select(i => $"{i % 100}/{i}")];
        foreach (string path in paths)
        {
            _content.Write(path, path);
        }
        Assert.That(_content.Store.Summary.Files, Is.EqualTo(5000));
        Assert.That(paths.Where(path => _content.ReadBody("/" + path) != path), Is.Empty);
    }

    [Test]
    public void A_file_that_is_longer_or_shorter_than_it_said_is_left_out()
    {
        // Files of the kernel's own say that they are empty, and are not.
        _content.Options = _content.Options with { Directory = "/proc/sys/kernel/random" };
        Assert.That(_content.Names, Has.None.EqualTo("/uuid"));
        Assert.That(_content.Warnings, Has.Some.Match("/uuid .* it changes while it is read"));
    }

    [Test]
    public void A_full_packed_memory_maps_small_files_too()
    {
        _content.Write("a", new string('a', 60));
        _content.Write("b", new string('b', 60));
        _content.Options = _content.Options with { PackedBytes = 210, LoadThreads = 1 };
        int[] regions = [_content.Find("/a")!.Body.Region, _content.Find("/b")!.Body.Region];
        Assert.That(regions.Select(_content.Regions.IsFile), Has.One.True);
        Assert.That(_content.ReadBody("/b"), Is.EqualTo(new string('b', 60)));
    }

    [Test]
    public void A_reload_carries_over_what_is_unchanged_and_sees_what_is_not()
    {
        _content.Write("same", "same");
        _content.Write("changed", "old");
        _content.Write("deleted", "x");
        _content.Options = _content.Options with { PackedFileBytes = 100 };
        _content.Write("large", new string('x', 1000));
        LetClockTick();
        ContentEntry same = _content.Find("/same")!;
        ContentEntry large = _content.Find("/large")!;
        _content.Replace("changed", "new");
        _content.Write("added", "x");
        File.Delete(_content.At("deleted"));
        Assert.That(_content.Store.Reload(), Is.True);
        Assert.That(_content.Names, Is.EqualTo(["/added", "/changed", "/large", "/same"]));
        Assert.That(_content.Find("/same"), Is.SameAs(same));
        Assert.That(_content.Find("/large"), Is.SameAs(large));
        Assert.That(_content.ReadBody("/changed"), Is.EqualTo("new"));
        Assert.That(_content.Store.Summary.Generation, Is.EqualTo(2));
    }

    [Test]
    public void A_file_that_is_written_in_place_without_a_change_of_size_or_time_is_seen()
    {
        _content.Write("file", "old");
        DateTime written = File.GetLastWriteTimeUtc(_content.At("file"));
        _ = _content.Store;
        File.WriteAllText(_content.At("file"), "new");
        File.SetLastWriteTimeUtc(_content.At("file"), written);
        _content.Store.Reload();
        Assert.That(_content.ReadBody("/file"), Is.EqualTo("new"));
    }

    [Test]
    public void After_the_end_nothing_is_read_any_more()
    {
        _content.Write("file", "old");
        ContentGeneration last = _content.Store.Newest;
        _content.Store.Dispose();
        _content.Replace("file", "new");

        Assert.That(_content.Store.Reload(), Is.False);
        Assert.That(_content.Store.Apply(["/file"]), Is.False);
        Assert.That(_content.Store.Newest, Is.SameAs(last));
        Assert.That(_content.Warnings, Is.Empty);
    }

    [Test]
    public void A_reload_that_fails_keeps_what_there_is()
    {
        _content.Write("file", "x");
        ContentEntry entry = _content.Find("/file")!;
        Directory.Move(_content.Root, _content.At("../away"));
        Assert.That(_content.Store.Reload(), Is.False);
        Assert.That(_content.Find("/file"), Is.SameAs(entry));
        Assert.That(_content.ReadBody("/file"), Is.EqualTo("x"));
        Assert.That(_content.Warnings, Has.Count.EqualTo(1));
    }

    [TestCase(10, TestName = "A_replaced_file_that_is_mapped_goes_on_to_its_end")]
    [TestCase(1000, TestName = "A_replaced_file_that_is_packed_goes_on_to_its_end")]
    public void A_replaced_file_goes_on_to_its_end(int packedFileMax)
    {
        string old = new('o', 100);
        _content.Options = _content.Options with { PackedFileBytes = packedFileMax };
        _content.Write("file", old);
        ShardContent shard = _content.Store.AddShard(() => { });
        ContentSlice body = _content.Find("/file")!.Body;
        shard.Acquire(body.Region);
        _content.Replace("file", "new");
        _content.Store.Reload();
        shard.BeginPass();
        Assert.That(_content.Store.Reclaim(), Is.GreaterThan(0));
        Assert.That(_content.Read(body), Is.EqualTo(old));
        Assert.That(_content.ReadBody("/file"), Is.EqualTo("new"));
        shard.Release(body.Region);
        Assert.That(_content.Store.Reclaim(), Is.Zero);
        Assert.That(_content.HasRegion(body.Region), Is.False);
    }

    [Test]
    public void A_region_stays_until_every_shard_has_begun_a_pass_without_it()
    {
        _content.Write("file", "old");
        int woken = 0;
        ShardContent first = _content.Store.AddShard(() => woken++);
        ShardContent second = _content.Store.AddShard(() => woken++);
        int region = _content.Find("/file")!.Body.Region;
        _content.Replace("file", "new");
        _content.Store.Reload();
        Assert.That(woken, Is.EqualTo(2));
        Assert.That(first.Current.Number, Is.EqualTo(1));
        first.BeginPass();
        Assert.That(first.Current.Number, Is.EqualTo(2));
        Assert.That(_content.Store.Reclaim(), Is.EqualTo(1));
        // The second shard may take up a slice as long as it has not left the old generation.
        second.Acquire(region);
        second.BeginPass();
        Assert.That(_content.Store.Reclaim(), Is.EqualTo(1));
        second.Release(region);
        Assert.That(_content.Store.Reclaim(), Is.Zero);
        Assert.That(_content.HasRegion(region), Is.False);
    }

    [Test]
    public void A_chunk_of_which_little_is_left_is_packed_anew()
    {
        for (int i = 0; i < 10; i++)
        {
            _content.Write(i.ToString(CultureInfo.InvariantCulture), new string((char)('a' + i), 1000));
        }
        LetClockTick();
        ContentEntry before = _content.Find("/9")!;
        for (int i = 0; i < 8; i++)
        {
            File.Delete(_content.At(i.ToString(CultureInfo.InvariantCulture)));
        }
        _content.Store.Reload();
        ContentEntry after = _content.Find("/9")!;
        Assert.That(after.Body.Region, Is.Not.EqualTo(before.Body.Region));
        Assert.That(_content.Read(after.Body), Is.EqualTo(new string('j', 1000)));
        Assert.That(_content.Read(after.Http1.Ok), Does.Contain("Content-Length: 1000\r\n"));
        Assert.That(after.EntityTag, Is.EqualTo(before.EntityTag));
        Assert.That(_content.Store.Reclaim(), Is.Zero);
        Assert.That(_content.HasRegion(before.Body.Region), Is.False);
    }

    [Test]
    public void Many_small_reloads_leave_few_chunks()
    {
        _content.Write("0", "x");
        var regions = new HashSet<int>();
        for (int i = 1; i < 40; i++)
        {
            _content.Write(i.ToString(CultureInfo.InvariantCulture), "x");
            LetClockTick();
            _content.Store.Reload();
        }
        foreach (ContentEntry entry in _content.Store.Newest.Entries)
        {
            regions.Add(entry.Body.Region);
            Assert.That(_content.Read(entry.Body), Is.EqualTo("x"));
        }
        Assert.That(regions, Has.Count.LessThan(20));
    }

    [Test]
    public void A_large_file_that_is_truncated_is_void_and_served_anew_after_a_reload()
    {
        _content.Shell("head -c 8388608 /dev/zero > large");
        // Not disposed: a helper may set it once more when the test is over.
        var woken = new AutoResetEvent(false);
        ShardContent shard = _content.Store.AddShard(() => woken.Set());
        ContentSlice body = _content.Find("/large")!.Body;
        ContentSlice end = body.Part(body.Length - 10, 10);
        // What is being sent is told of when it changes.
        shard.Acquire(body.Region);
        _content.Shell("truncate -s 4096 large");
        Assert.That(Settle(shard, end, woken), Is.EqualTo(ContentReadiness.Faulted));
        Assert.That(Settle(shard, body.Part(0, 10), woken), Is.EqualTo(ContentReadiness.Faulted));
        Assert.That(shard.TryRead(end.Region, end.Offset, new byte[10]), Is.False);
        Assert.That(_content.Warnings, Has.Count.EqualTo(1).And.All.Contains("/large"));
        Assert.That(_content.Store.ChangedFiles, Is.EqualTo(1));
        shard.Release(body.Region);
        _content.Shell("head -c 8388608 /dev/zero > large");
        _content.Store.Reload();
        shard.BeginPass();
        ContentSlice anew = _content.Find("/large")!.Body.Part(body.Length - 10, 10);
        Assert.That(Settle(shard, anew, woken), Is.EqualTo(ContentReadiness.Resident));
    }

    [Test]
    public void Preparing_packed_bytes_and_counting_slices_allocates_nothing()
    {
        _content.Write("file", "x");
        ShardContent shard = _content.Store.AddShard(() => { });
        ContentSlice body = _content.Find("/file")!.Body;
        Use(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use(1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Use(int times)
        {
            for (int i = 0; i < times; i++)
            {
                shard.BeginPass();
                shard.Acquire(body.Region);
                Invariant(shard.Prepare(body, Instant.Zero) == ContentReadiness.Resident);
                shard.Release(body.Region);
            }
        }
    }

    private static void Invariant(bool holds)
    {
        if (!holds)
        {
            Assert.Fail("Packed bytes are resident.");
        }
    }

    // A file written just now is read again by the next reload, for its clock may not have ticked since.
    private static void LetClockTick() => Thread.Sleep(40);

    private static ContentReadiness Settle(ShardContent shard, ContentSlice slice, AutoResetEvent woken)
    {
        while (true)
        {
            long version = shard.Version;
            ContentReadiness readiness = shard.Prepare(slice, MonotonicClock.Now);
            if (readiness != ContentReadiness.Pending)
            {
                return readiness;
            }
            if (shard.Version == version)
            {
                Assert.That(woken.WaitOne(TimeSpan.FromSeconds(10)), Is.True, "The shard is woken.");
            }
        }
    }
}
