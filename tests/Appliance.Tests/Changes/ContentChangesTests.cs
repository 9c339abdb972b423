using System.Text;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Changes;

[Platform("Linux")]
public sealed class ContentChangesTests
{
    private ContentChangesHost _host = null!;

    [SetUp]
    public void SetUp() => _host = new ContentChangesHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void A_deleted_file_is_served_no_more()
    {
        _host.Content.Write("dir/a", "x");
        Assert.That(_host.Served("/dir/a"), Is.EqualTo("x"));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/dir/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Served("/dir/a"), Is.Null);
        Assert.That(_host.Storage.Published[^1], Is.EqualTo(["/dir/a"]));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/dir/a"), Is.EqualTo(ChangeResult.NotFound));
    }

    [Test]
    public void Directories_are_made_and_removed_when_they_are_empty()
    {
        Assert.That(_host.Change(ChangeKind.MakeDirectory, "/d"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Change(ChangeKind.MakeDirectory, "/d"), Is.EqualTo(ChangeResult.AlreadyExists));
        Assert.That(_host.Change(ChangeKind.MakeDirectory, "/e/f"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Store("/d/a", "x").Served, Is.EqualTo("x"));
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/d"), Is.EqualTo(ChangeResult.NotEmpty));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/d/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/d"), Is.EqualTo(ChangeResult.Done));
        Assert.That(Directory.Exists(_host.Content.At("d")), Is.False);
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/d"), Is.EqualTo(ChangeResult.NotFound));
    }

    [Test]
    public void What_broken_uploads_left_goes_with_its_directory_and_hidden_files_of_others_keep_it()
    {
        Directory.CreateDirectory(_host.Content.At("d"));
        _host.Content.Write("e/.htaccess", "x");
        _host.BreakOff("/d/a", "text");
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/e"), Is.EqualTo(ChangeResult.NotEmpty));
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/d"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Changes.PartialLength("/d/a", _host.User), Is.Null);
        Assert.That(Directory.Exists(_host.Content.At("d")), Is.False);
    }

    [Test]
    public void A_running_upload_keeps_its_directory()
    {
        Directory.CreateDirectory(_host.Content.At("d"));
        UploadProbe upload = _host.Start("/d/a");
        _host.Until(() => _host.Temporaries.Length == 1, "it runs");
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/d"), Is.EqualTo(ChangeResult.NotEmpty));
        Assert.That(upload.End(), Is.EqualTo(ChangeResult.Done));
    }

    [Test]
    public void An_upload_into_a_directory_that_was_moved_away_is_not_found()
    {
        Directory.CreateDirectory(_host.Content.At("d"));
        UploadProbe upload = _host.Start("/d/a");
        upload.Send("text");
        _host.Until(() => _host.Temporaries.Length == 1, "it runs");
        Assert.That(_host.Change(ChangeKind.Rename, "/d", "/e"), Is.EqualTo(ChangeResult.Done));
        Assert.That(upload.End(), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void Files_and_directories_are_renamed()
    {
        _host.Content.Write("d/a", "x");
        _host.Content.Write("e/f", "y");
        Assert.That(_host.Change(ChangeKind.Rename, "/d/a", "/e/b"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Change(ChangeKind.Rename, "/e", "/d/e"), Is.EqualTo(ChangeResult.Done));
        Assert.That((_host.Served("/d/e/b"), _host.Served("/d/e/f")), Is.EqualTo(("x", "y")));
        Assert.That(_host.Storage.Published[^1], Is.EquivalentTo(["/e", "/d/e"]));
        Assert.That(_host.Change(ChangeKind.Rename, "/d", "/d/e/d"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Change(ChangeKind.Rename, "/no", "/yes"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Change(ChangeKind.Rename, "/d", "/no/d"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Change(ChangeKind.Rename, "/d", "/.d"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Change(ChangeKind.Rename, "/d"), Is.EqualTo(ChangeResult.BadName));
    }

    [Test]
    public void A_rename_replaces_nothing_unless_it_is_told_to_and_then_only_a_file_by_a_file()
    {
        foreach (string path in new[] { "a", "b", "d/x", "e/x" })
        {
            _host.Content.Write(path, path);
        }
        Directory.CreateDirectory(_host.Content.At("empty"));
        Assert.That(_host.Change(ChangeKind.Rename, "/a", "/b"), Is.EqualTo(ChangeResult.AlreadyExists));
        foreach ((string from, string to) in new[] { ("/a", "/d"), ("/d", "/empty"), ("/d", "/a") })
        {
            Assert.That(
                _host.Change(ChangeKind.Rename, from, to),
                Is.EqualTo(ChangeResult.AlreadyExists),
                $"{from} {to}");
            Assert.That(
                _host.Change(new ContentChange(ChangeKind.Rename, from, to) { Replaces = true }),
                Is.EqualTo(ChangeResult.AlreadyExists),
                $"{from} {to}");
        }
        Assert.That(
            _host.Change(new ContentChange(ChangeKind.Rename, "/a", "/b") { Replaces = true }),
            Is.EqualTo(ChangeResult.Done));
        Assert.That((_host.Served("/a"), _host.Served("/b")), Is.EqualTo(((string?)null, "a")));
    }

    [Test]
    public void A_broken_upload_moves_with_its_directory()
    {
        Directory.CreateDirectory(_host.Content.At("d"));
        _host.BreakOff("/d/a", "text");
        Assert.That(_host.Change(ChangeKind.Rename, "/d", "/e"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Changes.PartialLength("/d/a", _host.User), Is.Null);
        Assert.That(_host.Store("/e/a", " goes on", offset: 4).Served, Is.EqualTo("text goes on"));
    }

    [Test]
    public void A_modification_time_is_set_and_served()
    {
        _host.Content.Write("a", "x");
        Assert.That(
            _host.Change(new ContentChange(
                ChangeKind.SetModified, "/a", ModifiedUnixSeconds: 1_000_000_000)),
            Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Shard.Current.Find("/a"u8)!.ModifiedUnixSeconds, Is.EqualTo(1_000_000_000));
        Assert.That(_host.Change(ChangeKind.SetModified, "/no"), Is.EqualTo(ChangeResult.NotFound));
    }

    [Test]
    public void Uploads_and_deletions_of_the_wrong_kind_are_refused()
    {
        _host.Content.Write("d/a", "x");
        _host.Content.Shell("mkfifo fifo");
        Assert.That(_host.Store("/d", "x").Result, Is.EqualTo(ChangeResult.AlreadyExists));
        Assert.That(
            _host.Store("/fifo", "x", UploadMode.Append).Result, Is.EqualTo(ChangeResult.AlreadyExists));
        Assert.That(_host.Store("/no/a", "x").Result, Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Store("/d/a/b", "x").Result, Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/d"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/fifo"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/d/a"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("a")]
    [TestCase("/a/")]
    [TestCase("//a")]
    [TestCase("/.")]
    [TestCase("/..")]
    [TestCase("/../a")]
    [TestCase("/d/../a")]
    [TestCase("/.env")]
    [TestCase("/.git/a")]
    [TestCase("/.straightwire-upload-0123456789abcdef-0000000000000001")]
    [TestCase("/a\\b")]
    [TestCase("/a\nb")]
    [TestCase("/a\0b")]
    public void A_name_that_is_never_served_cannot_be_changed(string path)
    {
        _host.Content.Write("d/a", "x");
        _host.Content.Write(".env", "x");
        foreach (ChangeKind kind in Enum.GetValues<ChangeKind>())
        {
            Assert.That(_host.Change(kind, path, "/new"), Is.EqualTo(ChangeResult.BadName), $"{kind}");
        }
        Assert.That(_host.Change(ChangeKind.Rename, "/d/a", path), Is.EqualTo(ChangeResult.BadName));
        foreach (UploadMode mode in Enum.GetValues<UploadMode>())
        {
            // What is uploaded with a dot in front is aside, and what has the name stays as it is.
            bool isAside = path == "/.env" && mode != UploadMode.Unique;
            Assert.That(
                _host.Store(path, "y", mode).Result,
                Is.EqualTo(isAside ? ChangeResult.Done : ChangeResult.BadName),
                $"{mode}");
        }
        Assert.That(_host.OnDisk(".env"), Is.EqualTo("x"));
    }

    [Test]
    public void A_name_that_is_too_long_or_too_deep_cannot_be_had()
    {
        string longest = "/" + new string('a', 255);
        Assert.That(_host.Store(longest, "x").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store(longest + "a", "x").Result, Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store(longest, "x", UploadMode.Unique).Result, Is.EqualTo(ChangeResult.BadName));
        string deep = string.Concat(Enumerable.Repeat("/d", _host.Content.Options.DirectoryDepth - 1));
        Assert.That(_host.Change(ChangeKind.MakeDirectory, deep), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Change(ChangeKind.MakeDirectory, deep + "/d"), Is.EqualTo(ChangeResult.BadName));
    }

    [Test]
    public void No_link_leads_a_change_out_of_the_root()
    {
        _host.Content.Write("../out/file", "outside");
        _host.Content.Write("in/file", "inside");
        _host.Content.Link("out", "../out");
        _host.Content.Link("linked", "in");
        _host.Content.Link("file", "../out/file");
        foreach (string directory in new[] { "/out", "/linked" })
        {
            foreach (ChangeKind kind in Enum.GetValues<ChangeKind>())
            {
                Assert.That(
                    _host.Change(kind, directory + "/file", "/new"),
                    Is.EqualTo(ChangeResult.BadName),
                    $"{kind}");
            }
            Assert.That(
                _host.Change(ChangeKind.Rename, "/in/file", directory + "/new"),
                Is.EqualTo(ChangeResult.BadName));
            foreach (UploadMode mode in Enum.GetValues<UploadMode>())
            {
                Assert.That(
                    _host.Store(directory + "/file", "x", mode).Result, Is.EqualTo(ChangeResult.BadName));
            }
        }
        Assert.That(_host.Store("/file", "x", UploadMode.Append).Result, Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store("/file", "x", offset: 1).Result, Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Change(ChangeKind.SetModified, "/file"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Change(ChangeKind.RemoveDirectory, "/out"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store("/file", "new").Served, Is.EqualTo("new"), "the link itself is replaced");
        Assert.That(_host.Change(ChangeKind.DeleteFile, "/out"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.OnDisk("../out/file"), Is.EqualTo("outside"));
        Assert.That(Directory.GetFileSystemEntries(_host.Content.At("../out")), Has.Length.EqualTo(1));
        Assert.That(_host.OnDisk("in/file"), Is.EqualTo("inside"));
    }

    [Test]
    public void An_upload_stays_within_the_root_of_its_user()
    {
        _host.Content.Write("anna/a", "x");
        _host.Content.Write("annabel/a", "x");
        _host.User = _host.User with { Root = "/anna/" };
        Assert.That(_host.Store("/annabel/b", "x").Result, Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store("/b", "x", UploadMode.Unique).Result, Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store("/anna/b", "x").Result, Is.EqualTo(ChangeResult.Done));
    }

    [Test]
    public void A_killed_process_leaves_the_old_file_and_the_next_one_goes_on()
    {
        _host.Content.Write("a", "old");
        UploadProbe upload = _host.Start("/a");
        upload.Send(new string('x', 3500));
        _host.Until(() => _host.Temporaries.Length == 1, "it runs");
        // What the disk holds now is what a kill leaves.
        _host.Content.Shell("mkdir ../killed && cp -a . ../killed/root");
        using var next = new ContentChangesHost();
        next.Content.Shell($"cp -a '{_host.Content.At("../killed/root")}'/. .");
        Assert.That(next.Temporaries, Has.Length.EqualTo(1));
        next.Pass();
        next.Until(() => next.Temporaries.Length == 0, "what was left is deleted");
        Assert.That(next.Served("/a"), Is.EqualTo("old"));
        Assert.That(next.Store("/a", "new").Served, Is.EqualTo("new"));
    }

    [Test]
    public void A_full_file_system_is_told_and_what_is_mounted_below_the_root_can_be_changed()
    {
        Directory.CreateDirectory(_host.Content.At("small"));
        try
        {
            _host.Content.Shell("mount -t tmpfs -o size=64k none small 2>/dev/null");
        }
        catch (AssertionException)
        {
            Skip.Because("only root may mount");
        }
        try
        {
            Assert.That(_host.Store("/small/a", "old").Served, Is.EqualTo("old"));
            UploadProbe upload = _host.Start("/small/a");
            upload.Send(new string('x', 200_000));
            Assert.That(upload.Result, Is.EqualTo(ChangeResult.OutOfSpace));
            Assert.That(_host.OnDisk("small/a"), Is.EqualTo("old"));
            Assert.That(_host.Temporaries, Is.Empty);
            UploadProbe next = _host.Store("/small/b", new string('y', 30_000));
            Assert.That(next.Result, Is.EqualTo(ChangeResult.Done));
            _host.Content.Shell("mount -o remount,ro small");
            Assert.That(_host.Store("/small/c", "x").Result, Is.EqualTo(ChangeResult.NotPermitted));
            Assert.That(
                _host.Change(ChangeKind.DeleteFile, "/small/a"), Is.EqualTo(ChangeResult.NotPermitted));
        }
        finally
        {
            _host.Content.Shell("umount -l small");
        }
    }

    [Test]
    public void Several_shards_change_the_content_and_each_hears_of_its_own()
    {
        // Not disposed: a helper may set it once more when the test is over.
        var woken = new AutoResetEvent(false);
        var shard = _host.Content.Store.AddShard(() => woken.Set());
        IContentChanges changes = _host.Writer.AddShard(shard);
        var probe = new UploadProbe(_host);
        probe.Upload = changes.StartUpload(new UploadRequest("/b", UploadMode.Store, 0, _host.User), probe);
        Assert.That(probe.Upload.Write(Encoding.ASCII.GetBytes("second")), Is.EqualTo(6));
        probe.Upload.Commit();
        Assert.That(_host.Store("/a", "first").Served, Is.EqualTo("first"));
        while (probe.Result is null)
        {
            Assert.That(woken.WaitOne(30_000), Is.True, "the second shard is woken for its news");
            shard.BeginPass();
            changes.Poll(_host.Network, default);
        }
        Assert.That(probe.Result, Is.EqualTo(ChangeResult.Done));
        _host.Pass();
        Assert.That(_host.Served("/b"), Is.EqualTo("second"));
    }
}
