using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Changes;

/// <summary>Uploads whose name has a dot in front, and the limits on names.</summary>
[Platform("Linux")]
public sealed class UploadAsideTests
{
    private ContentChangesHost _host = null!;

    [SetUp]
    public void SetUp() => _host = new ContentChangesHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void An_upload_aside_is_not_served_and_gets_its_name_by_a_rename()
    {
        _host.Content.Write("dir/page", "old");
        Assert.That(_host.Store("/dir/.in.page", "new").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Served("/dir/.in.page"), Is.Null);
        Assert.That(File.Exists(_host.Content.At("dir/.in.page")), Is.False);
        Assert.That(_host.Changes.HasAside("/dir/.in.page", _host.User), Is.True);
        Assert.That(_host.Changes.PartialLength("/dir/.in.page", _host.User), Is.EqualTo(3));
        Assert.That(Rename("/dir/.in.page", "/dir/page", replaces: true), Is.EqualTo(ChangeResult.Done));
        Assert.That((_host.Served("/dir/page"), _host.OnDisk("dir/page")), Is.EqualTo(("new", "new")));
        Assert.That(_host.Temporaries, Is.Empty);
        Assert.That(_host.Changes.HasAside("/dir/.in.page", _host.User), Is.False);
    }

    [Test]
    public void What_has_such_a_name_on_the_storage_is_neither_read_nor_replaced()
    {
        _host.Content.Write(".env", "secret");
        Assert.That(Rename("/.env", "/env"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(Change(ChangeKind.DeleteFile, "/.env"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(
            _host.Store("/.env", "x", UploadMode.Store, 3).Result, Is.EqualTo(ChangeResult.BadOffset));
        Assert.That(_host.Store("/.env", "x", UploadMode.Append).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/.env", "y", UploadMode.Append).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/.env", "/env"), Is.EqualTo(ChangeResult.Done));
        Assert.That((_host.Served("/env"), _host.OnDisk(".env")), Is.EqualTo(("xy", "secret")));
    }

    [Test]
    public void An_upload_aside_is_its_users_alone()
    {
        _host.Store("/.a", "anna's");
        _host.Store("/.a", "ben's", user: new ContentOwner("ben"));
        Assert.That(Rename("/.a", "/a", user: "carl"), Is.EqualTo(ChangeResult.BadName));
        Assert.That(Rename("/.a", "/b", user: "ben"), Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/.a", "/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That((_host.Served("/a"), _host.Served("/b")), Is.EqualTo(("anna's", "ben's")));
    }

    [Test]
    public void An_upload_aside_counts_to_the_quota_until_it_is_deleted()
    {
        _host.User = _host.User with { QuotaBytes = 10 };
        Assert.That(_host.Store("/.a", "sixsix").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/.b", "sixsix").Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(Rename("/.a", "/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/.b", "sixsix").Result, Is.EqualTo(ChangeResult.OverQuota));
        Assert.That(_host.Store("/.b", "four").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(Change(ChangeKind.DeleteFile, "/.b"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/b", "four").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void An_upload_aside_that_was_taken_stays_and_more_than_may_be_kept_are_not_taken()
    {
        _host.Options = _host.Options with { PartialsPerUser = 2, Partials = 3 };
        _host.BreakOff("/broken", "x");
        Assert.That(_host.Store("/.a", "1").Result, Is.EqualTo(ChangeResult.Done));
        UploadProbe late = _host.Start("/.late");
        late.Send("x");
        Assert.That(_host.Store("/.b", "2").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(
            _host.Changes.PartialLength("/broken", _host.User), Is.Null, "what has broken off gives way");
        Assert.That(_host.Store("/.c", "3").Result, Is.EqualTo(ChangeResult.TooMany));
        late.End();
        Assert.That(late.Result, Is.EqualTo(ChangeResult.TooMany), "it was accepted before the other");
        _host.BreakOff("/broken", "x");
        Assert.That(_host.Store("/.b", "4").Result, Is.EqualTo(ChangeResult.Done), "it takes its own place");
        ContentOwner ben = new("ben");
        Assert.That(_host.Store("/.a", "ben's", user: ben).Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Store("/.b", "ben's", user: ben).Result, Is.EqualTo(ChangeResult.TooMany));
        Assert.That(Rename("/.a", "/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/.b", "/b"), Is.EqualTo(ChangeResult.Done));
        Assert.That((_host.Served("/a"), _host.Served("/b")), Is.EqualTo(("1", "4")));
        Assert.That(_host.Store("/.c", "3").Result, Is.EqualTo(ChangeResult.Done));
    }

    [Test]
    public void An_upload_aside_is_dated_moves_with_its_directory_and_goes_with_it()
    {
        Assert.That(Change(ChangeKind.MakeDirectory, "/d"), Is.EqualTo(ChangeResult.Done));
        _host.Store("/d/.a", "x");
        Assert.That(
            _host.Change(
                new ContentChange(ChangeKind.SetModified, "/d/.a", null, 1_000_000) { Owner = _host.User }),
            Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/d", "/e"), Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/e/.a", "/a"), Is.EqualTo(ChangeResult.Done));
        Assert.That(
            File.GetLastWriteTimeUtc(_host.Content.At("a")),
            Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1_000_000)));
        _host.Store("/e/.b", "x");
        Assert.That(Change(ChangeKind.RemoveDirectory, "/e"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void What_is_accepted_is_there_afterwards_and_what_is_too_deep_is_not_accepted()
    {
        int depthMax = _host.Content.Options.DirectoryDepth;
        string path = "";
        for (int depth = 1; depth < depthMax; depth++)
        {
            path += "/d";
            Assert.That(Change(ChangeKind.MakeDirectory, path), Is.EqualTo(ChangeResult.Done));
        }
        Assert.That(
            _host.Shard.Current.FindDirectory(Encoding.UTF8.GetBytes(path + "/")), Is.Not.Null);
        Assert.That(_host.Store(path + "/f", "deep").Served, Is.EqualTo("deep"));
        Assert.That(Both(path + "/d", NameUse.Directory, ChangeKind.MakeDirectory), Is.EqualTo(BadTwice));
        Assert.That(_host.Changes.Check(path + "/d/f", NameUse.Upload), Is.EqualTo(ChangeResult.BadName));
        Assert.That(Change(ChangeKind.MakeDirectory, "/other"), Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/d", "/other/d"), Is.EqualTo(ChangeResult.BadName), "what is below it");
        string name = "/" + new string('n', 256);
        Assert.That(Both(name, NameUse.Directory, ChangeKind.MakeDirectory), Is.EqualTo(BadTwice));
        Assert.That(_host.Changes.Check(name, NameUse.Upload), Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store(name, "x").Result, Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store(name[..256], "x").Served, Is.EqualTo("x"));
        string temporary = "/.straightwire-upload-0123456789abcdef-0123456789abcdef";
        Assert.That(_host.Changes.Check(temporary, NameUse.Upload), Is.EqualTo(ChangeResult.BadName));
        Assert.That(_host.Store(temporary, "x").Result, Is.EqualTo(ChangeResult.BadName));
    }

    [Test]
    public void No_more_files_are_accepted_than_are_served()
    {
        _host.Content.Write("a", "1");
        _host.Content.Options = _host.Content.Options with { Files = 2 };
        Assert.That(_host.Store("/b", "2").Served, Is.EqualTo("2"));
        Assert.That(_host.Changes.Check("/c", NameUse.Upload), Is.EqualTo(ChangeResult.TooMany));
        Assert.That(_host.Store("/c", "3").Result, Is.EqualTo(ChangeResult.TooMany));
        Assert.That(_host.Store("/b", "4").Served, Is.EqualTo("4"), "what replaces is no more");
        Assert.That(_host.Store("/.c", "3").Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(Rename("/.c", "/c"), Is.EqualTo(ChangeResult.TooMany));
        Assert.That(Rename("/.c", "/a", replaces: true), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Served("/a"), Is.EqualTo("3"));
    }

    [Test]
    public void A_change_that_finds_a_file_gone_or_there_corrects_the_index()
    {
        _host.Content.Write("gone", "x");
        _host.Content.Write("d/gone", "x");
        Assert.That(_host.Served("/gone"), Is.EqualTo("x"));
        File.Delete(_host.Content.At("gone"));
        Directory.Delete(_host.Content.At("d"), recursive: true);
        _host.Content.Write("come/page", "y");
        Assert.That(Change(ChangeKind.DeleteFile, "/gone"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Served("/gone"), Is.Null);
        Assert.That(Rename("/d/gone", "/else"), Is.EqualTo(ChangeResult.NotFound));
        Assert.That(_host.Served("/d/gone"), Is.Null);
        Assert.That(Change(ChangeKind.MakeDirectory, "/come"), Is.EqualTo(ChangeResult.AlreadyExists));
        Assert.That(_host.Served("/come/page"), Is.EqualTo("y"));
    }

    private static readonly (ChangeResult Early, ChangeResult Late) BadTwice =
        (ChangeResult.BadName, ChangeResult.BadName);

    private (ChangeResult Early, ChangeResult Late) Both(string path, NameUse use, ChangeKind kind) =>
        (_host.Changes.Check(path, use), Change(kind, path));

    private ChangeResult Change(ChangeKind kind, string path) =>
        _host.Change(new ContentChange(kind, path) { Owner = _host.User });

    private ChangeResult Rename(string path, string newPath, bool replaces = false, string user = "anna") =>
        _host.Change(
            new ContentChange(ChangeKind.Rename, path, newPath) { Replaces = replaces, Owner = new(user) });
}
