using Straightwire.Protocols.Content;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Changes;

[Platform("Linux")]
public sealed class UploadPartialTests
{
    private ContentChangesHost _host = null!;

    [SetUp]
    public void SetUp() => _host = new ContentChangesHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    private long? Left(string path, string user = "anna") =>
        _host.Changes.PartialLength(path, new ContentOwner(user));

    [Test]
    public void A_broken_upload_leaves_the_file_and_goes_on_at_its_end()
    {
        _host.Content.Write("a", "old");
        string text = new('x', 2500);
        _host.BreakOff("/a", text);
        Assert.That(_host.Served("/a"), Is.EqualTo("old"));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("old"));
        Assert.That(Left("/a"), Is.EqualTo(2500));
        Assert.That(_host.Store("/a", "end", offset: 2500).Served, Is.EqualTo(text + "end"));
        Assert.That(Left("/a"), Is.Null);
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void A_broken_upload_goes_on_at_any_place_before_its_end()
    {
        _host.BreakOff("/a", "0123456789");
        Assert.That(_host.Store("/a", "abc", offset: 4).Served, Is.EqualTo("0123abc"));
    }

    [Test]
    public void Append_goes_on_at_the_end_of_a_broken_upload()
    {
        _host.Content.Write("a", "old");
        _host.BreakOff("/a", "new");
        Assert.That(_host.Store("/a", " and more", UploadMode.Append).Served, Is.EqualTo("new and more"));
    }

    [Test]
    public void An_offset_beyond_a_broken_upload_is_a_bad_one_and_leaves_it()
    {
        _host.Content.Write("a", "0123456789");
        _host.BreakOff("/a", "abc");
        Assert.That(_host.Store("/a", "x", offset: 4).Result, Is.EqualTo(ChangeResult.BadOffset));
        Assert.That(Left("/a"), Is.EqualTo(3));
        Assert.That(_host.Store("/a", "d", offset: 3).Served, Is.EqualTo("abcd"));
    }

    [Test]
    public void Offset_zero_starts_anew_and_drops_what_was_left()
    {
        _host.BreakOff("/a", "0123456789");
        UploadProbe upload = _host.Start("/a");
        Assert.That(Left("/a"), Is.Null);
        upload.Send("new");
        upload.End();
        Assert.That(upload.Served, Is.EqualTo("new"));
        _host.Until(() => _host.Temporaries.Length == 0, "what was left is deleted");
    }

    [Test]
    public void What_one_user_has_left_is_no_other_users()
    {
        _host.BreakOff("/a", "anna's", new ContentOwner("anna"));
        ContentOwner bert = new("bert");
        Assert.That((Left("/a"), Left("/a", "bert")), Is.EqualTo(((long?)6, (long?)null)));
        Assert.That(_host.Store("/a", "x", offset: 6, user: bert).Result, Is.EqualTo(ChangeResult.BadOffset));
        Assert.That(_host.Store("/a", "bert's", user: bert).Served, Is.EqualTo("bert's"));
        Assert.That(_host.Store("/a", "!?"[1..], offset: 6).Served, Is.EqualTo("anna's?"));
    }

    [Test]
    public void What_is_left_belongs_to_the_upload_that_goes_on_with_it()
    {
        _host.BreakOff("/a", "0123456789");
        UploadProbe first = _host.Start("/a", offset: 10);
        Assert.That(_host.Store("/a", "x", offset: 5).Result, Is.EqualTo(ChangeResult.BadOffset));
        first.Send("abc");
        first.End();
        Assert.That(first.Served, Is.EqualTo("0123456789abc"));
    }

    [Test]
    public void Who_comes_back_at_once_goes_on_behind_what_is_still_being_written()
    {
        _host.Storage.HeldUp = 's';
        UploadProbe broken = _host.Start("/a");
        broken.Send("slow");
        broken.Upload.Abandon();
        Assert.That(Left("/a"), Is.EqualTo(4));
        UploadProbe next = _host.Start("/a", offset: 4);
        next.Send(" but whole");
        next.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "the broken one is held up");
        _host.Storage.Open();
        _host.Until(() => next.Result is not null, "the next one ends");
        Assert.That(next.Served, Is.EqualTo("slow but whole"));
        Assert.That(broken.Result, Is.Null);
    }

    [Test]
    public void Who_comes_back_to_what_could_not_be_written_is_told_so()
    {
        UploadProbe broken = _host.Start("/a");
        broken.Send("!failing");
        broken.Upload.Abandon();
        Assert.That(_host.Store("/a", "x", offset: 8).Result, Is.EqualTo(ChangeResult.BadOffset));
        Assert.That(Left("/a"), Is.Null);
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void Abandoning_after_a_commit_leaves_the_file_until_it_has_its_name()
    {
        _host.Content.Write("a", "old");
        _host.Storage.HoldsSyncs = true;
        UploadProbe upload = _host.Start("/a");
        upload.Send("new");
        upload.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "it is being synced");
        upload.Upload.Abandon();
        _host.Storage.Open();
        _host.Until(() => Left("/a") == 3, "it is kept");
        Assert.That(_host.Store("/b", "x").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Served("/a"), Is.EqualTo("old"));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("old"));
        Assert.That(upload.Result, Is.Null);
        Assert.That(_host.Store("/a", "er", offset: 3).Served, Is.EqualTo("newer"));
    }

    [Test]
    public void Abandoning_changes_nothing_once_the_file_has_its_name()
    {
        _host.Storage.HoldsPublishing = true;
        UploadProbe upload = _host.Start("/a");
        upload.Send("new");
        upload.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "it has its name");
        upload.Upload.Abandon();
        _host.Storage.Open();
        _host.Until(() => _host.Served("/a") == "new", "it is served");
        Assert.That((upload.Result, Left("/a")), Is.EqualTo(((ChangeResult?)null, (long?)null)));
    }

    [Test]
    public void What_is_left_goes_when_its_time_is_over()
    {
        _host.Options = _host.Options with { PartialLifetime = Duration.OfMilliseconds(50) };
        UploadProbe upload = _host.Start("/a");
        upload.Send("text");
        upload.Upload.Abandon();
        _host.Until(() => Left("/a") is null, "it is forgotten");
        // Its file may be written after that, and goes too.
        Assert.That(_host.Store("/b", "x").Result, Is.EqualTo(ChangeResult.Done));
        _host.Until(() => _host.Temporaries.Length == 0, "it is deleted");
    }

    [Test]
    public void Of_too_many_the_oldest_go()
    {
        _host.Options = _host.Options with { Partials = 3, PartialsPerUser = 2 };
        foreach (string name in new[] { "anna", "bert" })
        {
            for (int i = 0; i < 3; i++)
            {
                string text = new('x', (10 * name[0]) + i);
                _host.BreakOff($"/{name}{i}", text, new ContentOwner(name));
            }
        }
        Assert.That(
            new[] { Left("/anna0"), Left("/anna1"), Left("/bert0", "bert") }, Is.All.Null);
        Assert.That(
            new[] { Left("/anna2"), Left("/bert1", "bert"), Left("/bert2", "bert") },
            Is.EqualTo(new long?[] { 972, 981, 982 }));
        _host.Until(() => _host.Temporaries.Length == 3, "their files are deleted");
    }

    [Test]
    public void What_an_earlier_process_left_is_deleted_at_the_start_and_nothing_else()
    {
        const string Left = ".straightwire-upload-0123456789abcdef-0000000000000001";
        _host.Content.Write(Left, "x");
        _host.Content.Write("dir/deep/" + Left, "x");
        string[] others =
        [
            ".straightwire-upload-0123456789abcdeg-0000000000000001", Left + "1", Left[1..], ".env",
            ".git/" + Left,
        ];
        foreach (string other in others)
        {
            _host.Content.Write(other, "x");
        }
        _host.Content.Shell($"mkdir ../out; touch ../out/{Left}; ln -s ../out link");
        _host.Content.Shell($"mkfifo fifo; mkdir dir/{Left[..^1]}2");
        Assert.That(_host.Writer, Is.Not.Null);
        _host.Until(
            () => !File.Exists(_host.Content.At(Left)) && !File.Exists(_host.Content.At("dir/deep/" + Left)),
            "both are deleted");
        Assert.That(others.Where(other => !File.Exists(_host.Content.At(other))), Is.Empty);
        Assert.That(File.Exists(_host.Content.At("../out/" + Left)), Is.True);
    }

    [Test]
    public void A_stop_finishes_what_is_committed_and_deletes_what_is_not()
    {
        _host.Content.Write("a", "old");
        _host.BreakOff("/kept", "kept");
        UploadProbe half = _host.Start("/a");
        half.Send(new string('x', 3500));
        UploadProbe whole = _host.Start("/whole");
        whole.Send("slow");
        _host.Storage.HeldUp = 's';
        whole.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "it is held up");
        var stop = new Thread(_host.Writer.Dispose);
        stop.Start();
        Assert.That(() => _host.Writer.IsStopping, Is.True.After(30_000, 5));
        _host.Storage.Open();
        Assert.That(stop.Join(30_000), Is.True);
        Assert.That(_host.OnDisk("whole"), Is.EqualTo("slow"));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("old"));
        Assert.That(_host.Temporaries, Is.Empty);
        Assert.That(half.Upload.Write(new byte[1000]), Is.LessThan(1000));
    }
}
