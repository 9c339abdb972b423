using System.Text;
using Straightwire.Appliance.Changes;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Changes;

[Platform("Linux")]
public sealed class UploadLimitsTests
{
    private ContentChangesHost _host = null!;

    [SetUp]
    public void SetUp() => _host = new ContentChangesHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    private static string Text(char letter, int length) => new(letter, length);

    [Test]
    public void A_blocked_upload_takes_only_what_it_has_room_for_and_holds_up_no_other()
    {
        _host.Storage.HeldUp = 's';
        UploadProbe slow = _host.Start("/slow");
        byte[] bytes = Encoding.ASCII.GetBytes(Text('s', 5000));
        Assert.That(slow.Upload.Write(bytes), Is.EqualTo(2000));
        _host.Until(() => _host.Storage.Waiting == 1, "its first block is held up");
        Assert.That(slow.Upload.Write(bytes), Is.Zero);
        Assert.That(_host.Store("/fast", Text('f', 20_000)).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That((slow.Rooms, slow.Upload.Write(bytes)), Is.EqualTo((0, 0)));
        _host.Storage.Open();
        _host.Until(() => slow.Rooms > 0, "there is room again");
        slow.Send(Text('s', 3000));
        Assert.That(slow.End(), Is.EqualTo(ChangeResult.Done));
        Assert.That(slow.Served, Is.EqualTo(Text('s', 5000)));
    }

    [Test]
    public void More_uploads_than_blocks_share_them_though_all_are_slow_to_fill_one()
    {
        const int Count = 40;
        UploadProbe[] uploads = [.. Enumerable.Range(0, Count).Select(i => _host.Start($"/{i}"))];
        for (int round = 0; round < 5; round++)
        {
            foreach (UploadProbe upload in uploads)
            {
                upload.Send("a few bytes ");
            }
        }
        foreach (UploadProbe upload in uploads)
        {
            Assert.That(upload.End(), Is.EqualTo(ChangeResult.Done));
            Assert.That(upload.Served, Is.EqualTo(string.Concat(Enumerable.Repeat("a few bytes ", 5))));
        }
        Assert.That(_host.Writer.Pool.Free, Is.EqualTo(_host.Options.Blocks));
    }

    [Test]
    public void All_blocks_come_back_from_uploads_that_break_off_or_fail()
    {
        var random = new Random(3);
        for (int round = 0; round < 30; round++)
        {
            UploadProbe[] uploads =
            [
                .. Enumerable.Range(0, 12).Select(
                    i => _host.Start(i % 4 == 0 ? $"/no/{i}" : $"/{i}", (UploadMode)random.Next(3))),
            ];
            foreach (UploadProbe upload in uploads)
            {
                upload.Upload.Write(Encoding.ASCII.GetBytes(Text(random.Next(3) == 0 ? '!' : 'x', 2000)));
                if (random.Next(2) == 0)
                {
                    upload.Upload.Commit();
                }
            }
            _host.Pass();
            Array.ForEach(uploads, upload => upload.Upload.Abandon());
        }
        _host.Until(() => _host.Writer.Pool.Free == _host.Options.Blocks, "all blocks are back");
        Assert.That(_host.Store("/last", "x").Result, Is.EqualTo(ChangeResult.Done));
    }

    [Test]
    public void More_uploads_than_may_run_are_refused()
    {
        _host.Options = _host.Options with { Uploads = 2 };
        UploadProbe[] uploads = [.. Enumerable.Range(0, 3).Select(i => _host.Start($"/{i}"))];
        _host.Until(() => uploads[2].Result is not null, "the third is refused");
        Assert.That(uploads[2].Result, Is.EqualTo(ChangeResult.Failed));
        Assert.That(_host.Content.Warnings, Has.Some.Contains("/2"));
        Assert.That(uploads[0].End(), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/3", "x").Result, Is.EqualTo(ChangeResult.Done));
    }

    [TestCase(UploadMode.Store, 0, 1001)]
    [TestCase(UploadMode.Append, 0, 901)]
    [TestCase(UploadMode.Store, 50, 951)]
    public void A_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(
        UploadMode mode, int offset, int tooMany)
    {
        _host.Content.Write("a", Text('a', 100));
        _host.User = _host.User with { FileBytesMax = 1000 };
        UploadProbe upload = _host.Start("/a", mode, offset);
        upload.Send(Text('x', tooMany));
        upload.End();
        Assert.That(upload.Result, Is.EqualTo(ChangeResult.TooLarge));
        Assert.That(_host.OnDisk("a"), Is.EqualTo(Text('a', 100)));
        UploadProbe largest = _host.Store("/a", Text('x', tooMany - 1), mode, offset);
        Assert.That(largest.Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.OnDisk("a"), Has.Length.EqualTo(1000));
    }

    [Test]
    public void A_quota_is_enforced_while_data_comes()
    {
        _host.Content.Write("anna/old", Text('o', 5000));
        _host.Content.Write("elsewhere", Text('o', 50_000));
        _host.User = _host.User with { Root = "/anna/", QuotaBytes = 10_000 };
        UploadProbe upload = _host.Start("/anna/a");
        upload.Send(Text('x', 9000));
        _host.Until(() => upload.Result is not null, "it ends without a commit");
        Assert.That(upload.Result, Is.EqualTo(ChangeResult.OverQuota));
        _host.Until(() => _host.Temporaries.Length == 0, "nothing is left of it");
        Assert.That(_host.Store("/anna/a", Text('x', 5000)).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/anna/b", "x").Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/anna/old"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/anna/b", Text('x', 5000)).Result, Is.EqualTo(ChangeResult.Done));
    }

    [Test]
    public void What_an_upload_replaces_does_not_count()
    {
        _host.Content.Write("a", Text('a', 9000));
        _host.User = _host.User with { QuotaBytes = 10_000 };
        Assert.That(_host.Store("/a", Text('b', 10_000)).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/a", "c", UploadMode.Append).Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(_host.Store("/a", Text('c', 10_001)).Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(_host.OnDisk("a"), Is.EqualTo(Text('b', 10_000)));
    }

    [Test]
    public void What_was_to_be_replaced_counts_again_when_it_is_gone()
    {
        _host.Content.Write("a", Text('a', 9000));
        _host.User = _host.User with { QuotaBytes = 10_000 };
        UploadProbe upload = _host.Start("/a");
        upload.Send(Text('x', 9500));
        _host.Until(() => _host.Temporaries.Length == 1, "it runs");
        Assert.That(_host.Change(ChangeKind.Rename, "/a", "/b"), Is.EqualTo(ChangeResult.Done));
        Assert.That(upload.End(), Is.EqualTo(ChangeResult.OverQuota));
    }

    [Test]
    public void Running_and_broken_uploads_count_and_are_given_back()
    {
        _host.User = _host.User with { QuotaBytes = 10_000 };
        _host.BreakOff("/broken", Text('x', 4000));
        UploadProbe running = _host.Start("/running");
        running.Send(Text('x', 4000));
        _host.Until(() => _host.Temporaries.Sum(file => new FileInfo(file).Length) == 8000, "all is written");
        Assert.That(_host.Store("/a", Text('x', 2001)).Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(_host.Store("/a", Text('x', 2000)).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(
            _host.Store("/a", Text('x', 9999), user: new ContentOwner("bert")).Result,
            Is.EqualTo(ChangeResult.Done), "another user has another quota");
        Assert.That(_host.Store("/broken", "", offset: 1000).Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That(running.End(), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/b", Text('x', 6000)).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/c", "x").Result, Is.EqualTo(ChangeResult.OverQuota));
    }

    [Test]
    public void A_full_storage_is_told_and_leaves_nothing()
    {
        _host.Content.Write("a", "old");
        UploadProbe upload = _host.Start("/a");
        upload.Send(Text('!', 1500));
        _host.Until(() => upload.Result is not null, "it ends without a commit");
        Assert.That(upload.Result, Is.EqualTo(ChangeResult.OutOfSpace));
        Assert.That(upload.Upload.Write(new byte[10]), Is.Zero);
        Assert.That(_host.OnDisk("a"), Is.EqualTo("old"));
        Assert.That(_host.Temporaries, Is.Empty);
        Assert.That(_host.Changes.PartialLength("/a", _host.User), Is.Null);
    }

    [Test]
    public void A_failing_storage_is_logged_with_the_name_of_the_file()
    {
        _host.Storage.Failure = new FileOutcome(5);
        Assert.That(_host.Store("/a", "!").Result, Is.EqualTo(ChangeResult.Failed));
        Assert.That(_host.Content.Warnings, Has.Some.Contains("/a").And.Some.Contains("errno 5"));
    }

    [Test]
    public void Limits_of_uploads_allow_64_megabytes_of_memory()
    {
        var options = new UploadOptions();
        Assert.That((long)options.BlockBytes * options.BlockCount, Is.EqualTo(64L << 20));
    }
}
