using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>What is said of a file and what is sent of it agree, whatever changed it and whenever.</summary>
[Platform("Linux")]
public sealed class ContentIdentityTests
{
    private const int Large = 1_000_000;

    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp()
    {
        _content = new ContentDirectory();
        _content.Options = _content.Options with { PackedFileBytes = 1000 };
    }

    [TearDown]
    public void TearDown() => _content.Dispose();

    [TestCase("cat ../b > f", TestName = "A_file_overwritten_in_place")]
    [TestCase("cp -p ../b f", TestName = "A_file_overwritten_in_place_by_cp_p")]
    [TestCase("touch -r f ../t; cat ../b > f; touch -r ../t f", TestName = "A_file_whose_time_is_set_back")]
    [TestCase("touch -r f ../b; mv ../b f", TestName = "A_file_renamed_over_by_one_of_its_time_and_length")]
    [TestCase("touch -d 2001-01-01 ../b; mv ../b f", TestName = "A_file_renamed_over_by_an_older_one")]
    [TestCase("rm f; mv ../b f", TestName = "A_file_deleted_and_made_again")]
    [TestCase("tar -C .. -cf ../t b; rm f; tar -xf ../t; mv b f", TestName = "A_file_out_of_an_archive")]
    [TestCase("cat ../c > f; cat ../b > f", TestName = "A_file_written_twice")]
    [TestCase("ln -sf ../b f", TestName = "A_file_that_became_a_link_out_of_the_root")]
    public void Is_not_what_it_was(string change)
    {
        Write("f", 'A');
        Write("../b", 'B');
        Write("../c", 'C');
        var reader = new ContentReader(_content.Store);
        ContentConnection before = reader.Get("/f");
        Assert.That(before.BodyBytes, Is.EqualTo(Of('A')));
        _content.Shell(change);
        bool isThere = !change.StartsWith("ln", StringComparison.Ordinal);

        ContentConnection conditional = reader.Get("/f", $"If-None-Match: {before.Tag}\r\n");
        Assert.That(conditional.Status, Is.EqualTo(isThere ? 200 : 404));
        if (isThere)
        {
            Assert.That(conditional.BodyBytes, Is.EqualTo(Of('B')));
            Assert.That(conditional.Tag, Is.Not.EqualTo(before.Tag));
            ContentConnection rest = reader.Get(
                "/f", $"Range: bytes=500000-\r\nIf-Range: {before.Tag}\r\n");
            Assert.That(rest.Status, Is.EqualTo(200), "no part of B is joined to A");
            ContentConnection part = reader.Get("/f", "Range: bytes=500000-500002\r\n");
            Assert.That((part.Status, part.Body), Is.EqualTo((206, "BBB")));
            Assert.That(part.Tag, Is.EqualTo(conditional.Tag));
            ContentConnection head = reader.Get(
                "/f", $"If-Match: {before.Tag}\r\n", "HEAD");
            Assert.That(head.Status, Is.EqualTo(412));
            Assert.That(reader.Get("/f", $"If-None-Match: {conditional.Tag}\r\n").Status, Is.EqualTo(304));
        }
    }

    [TestCase("truncate -s 5000 f", 5000)]
    [TestCase("truncate -s 10 f", 10)]
    [TestCase("truncate -s 0 f", 0)]
    [TestCase("head -c 77 ../b >> f", Large + 77)]
    public void A_file_is_told_as_long_as_it_is(string change, int length)
    {
        Write("f", 'A');
        Write("../b", 'A');
        var reader = new ContentReader(_content.Store);
        ContentConnection before = reader.Get("/f");
        _content.Shell(change);
        for (int i = 0; i < 3; i++)
        {
            ContentConnection after = reader.Get("/f", $"If-None-Match: {before.Tag}\r\n");
            Assert.That((after.Status, after.IsReset), Is.EqualTo((200, false)));
            Assert.That(after.Field("Content-Length"), Is.EqualTo($"{length}"));
            Assert.That(after.BodyBytes, Has.Length.EqualTo(length));
        }
    }

    [Test]
    public void A_file_that_is_deleted_is_not_found_without_a_reload()
    {
        Write("f", 'A');
        var reader = new ContentReader(_content.Store);
        Assert.That(reader.Get("/f").Status, Is.EqualTo(200));
        File.Delete(_content.At("f"));
        Assert.That(reader.Get("/f").Status, Is.EqualTo(404));
    }

    [TestCase("cat ../b > f", true)]
    [TestCase("touch -r f ../t; cat ../b > f; touch -r ../t f", true)]
    [TestCase("truncate -s 600000 f", true)]
    [TestCase("rm f", false)]
    [TestCase("mv ../b f", false)]
    [TestCase("chmod 640 f", false)]
    [TestCase("ln f ../d; rm ../d", false)]
    public void A_body_under_way_is_of_one_state_or_is_broken_off(string change, bool isBroken)
    {
        Write("f", 'A');
        Write("../b", 'B');
        var reader = new ContentReader(_content.Store);
        Assert.That(reader.Get("/f").BodyBytes, Is.EqualTo(Of('A')));
        ContentConnection slow = reader.Ask("/f");
        Assert.That(slow.Read(100_000), Is.True);
        _content.Shell(change);
        Thread.Sleep(20);
        reader.Finish(slow);
        Assert.That(slow.IsReset, Is.EqualTo(isBroken));
        if (!isBroken)
        {
            Assert.That(slow.BodyBytes, Is.EqualTo(Of('A')));
        }
    }

    [Test]
    public void A_body_under_way_ends_when_bytes_that_nobody_has_read_may_have_changed()
    {
        _content.Write("f", new string('A', 20_000_000));
        var reader = new ContentReader(_content.Store);
        ContentConnection slow = reader.Ask("/f");
        while (!slow.Read(100_000))
        {
            Thread.Sleep(1);
        }
        _content.Shell(
            "touch -r f ../t; printf B | dd of=f bs=1 seek=19999999 conv=notrunc status=none; "
            + "touch -r ../t f");
        Thread.Sleep(20);
        reader.Finish(slow);
        Assert.That(slow.IsReset, Is.True);
    }

    [TestCase("chmod 640 f")]
    [TestCase("ln f ../d")]
    [TestCase("ln f ../d; rm ../d")]
    [TestCase("mv f ../d; mv ../d f")]
    public void A_tag_stays_when_only_names_or_permissions_changed(string change)
    {
        Write("f", 'A');
        var reader = new ContentReader(_content.Store);
        ContentConnection before = reader.Get("/f");
        for (int i = 0; i < 2; i++)
        {
            _content.Shell(change);
            Assert.That(reader.Get("/f", $"If-None-Match: {before.Tag}\r\n").Status, Is.EqualTo(304));
            _content.Store.Reload();
            Assert.That(reader.Get("/f", $"If-None-Match: {before.Tag}\r\n").Status, Is.EqualTo(304));
            _content.Shell(change.Split(';')[0] == "ln f ../d" ? "rm -f ../d" : "true");
        }
        Assert.That(_content.Store.ChangedFiles, Is.Zero);
    }

    [Test]
    public void A_tag_does_not_stay_for_bytes_that_nobody_has_read()
    {
        Write("f", 'A');
        var reader = new ContentReader(_content.Store);
        ContentConnection before = reader.Get("/f", method: "HEAD");
        _content.Shell("chmod 640 f");
        Assert.That(reader.Get("/f", $"If-None-Match: {before.Tag}\r\n").Status, Is.EqualTo(200));
    }

    [Test]
    public void A_tag_is_the_same_after_a_restart_with_the_same_secret_and_another_with_another()
    {
        Write("f", 'A');
        Thread.Sleep(30);
        string first = TagOfAnotherStart(1);
        Assert.That(TagOfAnotherStart(1), Is.EqualTo(first));
        Assert.That(TagOfAnotherStart(2), Is.Not.EqualTo(first));

        string TagOfAnotherStart(byte key)
        {
            ContentOptions options = _content.Options with { TagKey = [key] };
            using var store = ContentStore.Load(
                options, _content.Regions, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            return Encoding.ASCII.GetString(store.Newest.Find("/f"u8)!.EntityTag);
        }
    }

    [Test]
    public void A_tag_is_weak_until_the_file_has_been_still_where_clocks_are_coarse()
    {
        _content.Options = _content.Options with { TrustsExactTimes = false };
        Write("f", 'A');
        var reader = new ContentReader(_content.Store);
        Assert.That(reader.Get("/f").Tag, Does.StartWith("\""), "20 ms are waited for");
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            using FileStream file = File.OpenWrite(_content.At("f"));
            while (!stop.IsCancellationRequested)
            {
                file.Position = 5;
                file.Write("x"u8);
                file.Flush();
                Thread.Sleep(1);
            }
        });
        writer.Start();
        Thread.Sleep(50);
        var answers = new List<ContentConnection>();
        for (int i = 0; i < 20; i++)
        {
            answers.Add(reader.Get("/f", "Range: bytes=0-9\r\n"));
        }
        stop.Cancel();
        writer.Join();
        answers.RemoveAll(answer => answer.IsReset || answer.Status == 503);
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200), "no parts of what changes");
        Assert.That(answers.Select(answer => answer.Tag), Is.All.StartsWith("W/\""));
        for (int i = 0; i < 100 && reader.Get("/f", "Range: bytes=0-9\r\n").Status != 206; i++)
        {
            Thread.Sleep(60);
        }
        Assert.That(reader.Get("/f", "Range: bytes=0-9\r\n").Status, Is.EqualTo(206));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-86_400)]
    public void A_time_of_the_epoch_or_before_it_is_no_date(long unixSeconds)
    {
        Write("f", 'A');
        _content.Write("small", "x");
        DateTime time = DateTime.UnixEpoch.AddSeconds(unixSeconds);
        File.SetLastWriteTimeUtc(_content.At("f"), time);
        File.SetLastWriteTimeUtc(_content.At("small"), time);
        var reader = new ContentReader(_content.Store);
        foreach (string path in (string[])["/f", "/small"])
        {
            ContentConnection answer = reader.Get(
                path, "If-Modified-Since: Thu, 01 Jan 1970 00:00:01 GMT\r\n");
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Field("Last-Modified"), Is.Empty);
            Assert.That(answer.Tag, Is.Not.Empty);
        }
    }

    [Test]
    public void A_date_is_a_strong_validator_only_when_no_other_version_can_have_had_it()
    {
        _content.Write("set", "x");
        _content.Write("new", "x");
        File.SetLastWriteTimeUtc(_content.At("set"), DateTime.UtcNow.AddHours(-1));
        var reader = new ContentReader(_content.Store);
        foreach (string path in (string[])["/set", "/new"])
        {
            string date = reader.Get(path).Field("Last-Modified");
            Assert.That(date, Is.Not.Empty);
            ContentConnection part = reader.Get(path, $"Range: bytes=0-0\r\nIf-Range: {date}\r\n");
            Assert.That(part.Status, Is.EqualTo(200), path);
            Assert.That(
                reader.Get(path, $"If-Modified-Since: {date}\r\n").Status, Is.EqualTo(304), path);
        }
    }

    [Test]
    public void A_name_does_not_vanish_because_its_file_is_written_while_the_content_is_reloaded()
    {
        _content.Write("busy", new string('x', 900));
        var reader = new ContentReader(_content.Store);
        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var writer = new Thread(() =>
        {
            using FileStream file = File.OpenWrite(_content.At("busy"));
            while (!stop.IsCancellationRequested)
            {
                file.Position = 0;
                file.Write("y"u8);
                file.Flush();
                begun.Set();
            }
        });
        writer.Start();
        begun.Wait();
        for (int i = 0; i < 30; i++)
        {
            Assert.That(_content.Store.Reload(), Is.True);
            Assert.That(reader.Get("/busy").Status, Is.EqualTo(200));
        }
        stop.Cancel();
        writer.Join();
        for (int i = 0; i < 100 && reader.Get("/busy").Body[0] != 'y'; i++)
        {
            Thread.Sleep(50);
        }
        Assert.That(reader.Get("/busy").Body[0], Is.EqualTo('y'), "it is tried again");
    }

    [Test]
    public void Looking_at_a_file_allocates_nothing()
    {
        Write("f", 'A');
        var reader = new ContentReader(_content.Store);
        _ = reader.Get("/f");
        ContentEntry entry = _content.Find("/f")!;
        Look(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Look(1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Look(int times)
        {
            for (int i = 0; i < times; i++)
            {
                if (!reader.Shard.IsCurrent(entry, default, MonotonicClock.Now))
                {
                    Assert.Fail("Nothing has changed.");
                }
            }
        }
    }

    private static byte[] Of(char letter)
    {
        byte[] bytes = new byte[Large];
        bytes.AsSpan().Fill((byte)letter);
        return bytes;
    }

    private void Write(string path, char letter) => File.WriteAllBytes(_content.At(path), Of(letter));
}
