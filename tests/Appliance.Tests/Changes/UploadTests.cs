using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Changes;

[Platform("Linux")]
public sealed class UploadTests
{
    private ContentChangesHost _host = null!;

    [SetUp]
    public void SetUp() => _host = new ContentChangesHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    private static string Text(int length) =>
        string.Concat(Enumerable.Range(0, (length + 6) / 7).Select(i => $"{i,6};"))[..length];

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1000)]
    [TestCase(12_345)]
    public void An_upload_is_served_when_its_end_is_told(int length)
    {
        string text = Text(length);
        UploadProbe upload = _host.Store("/a.txt", text);
        Assert.That(upload.Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(upload.Path, Is.EqualTo("/a.txt"));
        Assert.That(upload.Served, Is.EqualTo(text));
        Assert.That(_host.OnDisk("a.txt"), Is.EqualTo(text));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void An_upload_may_be_read_by_all_and_written_by_its_owner_only()
    {
        _host.Store("/a", "x");
        _host.Content.Shell("test $(stat -c %a a) = $(printf %o $((0644 & ~$(umask))))");
    }

    [Test]
    public void Nothing_of_an_upload_is_visible_before_its_end()
    {
        _host.Content.Write("a", "old");
        UploadProbe upload = _host.Start("/a");
        upload.Send(Text(5000));
        _host.Until(() => _host.Temporaries.Length == 1, "data is on the disk");
        Assert.That(_host.OnDisk("a"), Is.EqualTo("old"));
        Assert.That(_host.Content.Store.Reload(), Is.True);
        _host.Pass();
        Assert.That(_host.Served("/a"), Is.EqualTo("old"));
        Assert.That(_host.Shard.Current.Count, Is.EqualTo(1));
        Assert.That(upload.End(), Is.EqualTo(ChangeResult.Done));
        Assert.That(upload.Served, Is.EqualTo(Text(5000)));
    }

    [Test]
    public void The_end_waits_for_the_pass_that_adopts_its_generation()
    {
        UploadProbe upload = _host.Start("/a");
        upload.Send("text");
        upload.Upload.Commit();
        long before = _host.Shard.Current.Number;
        Assert.That(
            () => _host.Content.Store.Newest.Number, Is.GreaterThan(before).After(30_000, 5), "published");
        for (int i = 0; i < 100; i++)
        {
            _host.Changes.Poll(_host.Network, default);
            Assert.That(upload.Result, Is.Null);
            Thread.Yield();
        }
        _host.Until(() => upload.Result is not null, "told after the next BeginPass");
        Assert.That(upload.Served, Is.EqualTo("text"));
    }

    [Test]
    public void Append_goes_on_behind_a_copy_and_makes_what_is_not_there()
    {
        string old = Text(3000);
        _host.Content.Write("log", old);
        Assert.That(_host.Store("/log", "more", UploadMode.Append).Served, Is.EqualTo(old + "more"));
        Assert.That(_host.Store("/new", "first", UploadMode.Append).Served, Is.EqualTo("first"));
    }

    [Test]
    public void An_offset_goes_on_in_a_copy_of_the_file()
    {
        _host.Content.Write("a", "0123456789");
        Assert.That(_host.Store("/a", "abc", offset: 4).Served, Is.EqualTo("0123abc"));
        Assert.That(_host.Store("/a", "!", offset: 7).Result, Is.EqualTo(ChangeResult.OutOfSpace));
        Assert.That(_host.Store("/a", "xyz", offset: 7).Served, Is.EqualTo("0123abcxyz"));
    }

    [TestCase("/a", 11)]
    [TestCase("/a", long.MaxValue)]
    [TestCase("/missing", 1)]
    public void An_offset_beyond_the_end_is_a_bad_one(string path, long offset)
    {
        _host.Content.Write("a", "0123456789");
        Assert.That(_host.Store(path, "x", offset: offset).Result, Is.EqualTo(ChangeResult.BadOffset));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("0123456789"));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void Unique_uploads_at_once_have_names_of_their_own()
    {
        _host.Content.Write("a", "old");
        UploadProbe[] uploads = [.. Enumerable.Range(0, 3).Select(_ => _host.Start("/a", UploadMode.Unique))];
        for (int i = 0; i < 3; i++)
        {
            uploads[i].Send($"text {i}");
            uploads[i].Upload.Commit();
        }
        _host.Until(() => uploads.All(upload => upload.Result is not null), "all end");
        Assert.That(uploads.Select(upload => upload.Path).Order(), Is.EqualTo(["/a.1", "/a.2", "/a.3"]));
        Assert.That(uploads.Select(upload => upload.Served), Is.EqualTo(["text 0", "text 1", "text 2"]));
        Assert.That(_host.Served("/a"), Is.EqualTo("old"));
    }

    [Test]
    public void A_unique_upload_takes_another_name_when_somebody_takes_its_own()
    {
        UploadProbe upload = _host.Start("/a", UploadMode.Unique);
        upload.Send(Text(1500));
        _host.Until(() => _host.Temporaries.Length == 1, "it has chosen");
        _host.Content.Write("a", "another's");
        upload.End();
        Assert.That((upload.Result, upload.Path), Is.EqualTo((ChangeResult.Done, "/a.1")));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("another's"));
    }

    [Test]
    public void Of_two_uploads_to_one_path_the_last_commit_wins()
    {
        UploadProbe first = _host.Start("/a");
        UploadProbe last = _host.Start("/a");
        last.Send("last");
        first.Send("first");
        _host.Storage.HeldUp = 'f';
        first.Upload.Commit();
        last.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "the first is held up");
        Assert.That(last.Result, Is.Null);
        _host.Storage.Open();
        _host.Until(() => first.Result is not null && last.Result is not null, "both end");
        Assert.That((first.Result, last.Result), Is.EqualTo((ChangeResult.Done, ChangeResult.Done)));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("last"));
    }

    [Test]
    public void The_last_commit_goes_on_when_one_before_it_breaks_off()
    {
        UploadProbe first = _host.Start("/a");
        UploadProbe last = _host.Start("/a");
        first.Send("first");
        last.Send("last");
        _host.Storage.HeldUp = 'f';
        first.Upload.Commit();
        last.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "the first is held up");
        first.Upload.Abandon();
        _host.Until(() => last.Result is not null, "the last ends all the same");
        Assert.That(last.Served, Is.EqualTo("last"));
        Assert.That(_host.OnDisk("a"), Is.EqualTo("last"));
    }

    [Test]
    public void Many_commits_at_once_share_generations()
    {
        const int Count = 50;
        _host.Storage.HoldsPublishing = true;
        UploadProbe[] uploads = [.. Enumerable.Range(0, Count).Select(i => _host.Start($"/{i}"))];
        for (int i = 0; i < Count; i++)
        {
            uploads[i].Send($"text {i}");
            uploads[i].Upload.Commit();
        }
        _host.Until(() => Directory.GetFiles(_host.Content.Root).Length == Count
            && _host.Temporaries.Length == 0, "all have their names though publishing is held up");
        _host.Storage.Open();
        _host.Until(() => uploads.All(upload => upload.Result is not null), "all end");
        Assert.That(uploads.Select(upload => upload.Served),
            Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"text {i}")));
        // One was held up, and the rest came meanwhile; those that came last may have missed the second.
        Assert.That(_host.Storage.Published, Has.Length.LessThan(5));
        Assert.That(_host.Storage.Published.Sum(paths => paths.Length), Is.EqualTo(Count));
    }

    [Test]
    public void Data_is_written_while_a_generation_is_being_made()
    {
        _host.Storage.HoldsPublishing = true;
        UploadProbe small = _host.Start("/small");
        small.Send("x");
        small.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "publishing is held up");
        UploadProbe large = _host.Start("/large");
        large.Send(Text(50_000));
        large.Upload.Commit();
        _host.Until(() => File.Exists(_host.Content.At("large")), "the large one has its name");
        Assert.That((small.Result, large.Result), Is.EqualTo(((ChangeResult?)null, (ChangeResult?)null)));
        _host.Storage.Open();
        _host.Until(() => large.Result is not null, "both are served");
        Assert.That((small.Served, large.Served), Is.EqualTo(("x", Text(50_000))));
    }

    [Test]
    public void A_failed_publication_fails_what_it_should_show()
    {
        string root = _host.Content.Root;
        UploadProbe upload = _host.Start("/a");
        upload.Send("x");
        _host.Storage.HoldsPublishing = true;
        upload.Upload.Commit();
        _host.Until(() => _host.Storage.Waiting == 1, "the file has its name");
        Directory.Move(root, root + "-away");
        _host.Storage.Open();
        _host.Until(() => upload.Result is not null, "the upload ends");
        Directory.Move(root + "-away", root);
        Assert.That(upload.Result, Is.EqualTo(ChangeResult.Failed));
        Assert.That(_host.Content.Warnings, Is.Not.Empty);
    }

    [Test]
    public void A_name_of_several_bytes_a_letter_is_uploaded_to()
    {
        _host.Content.Write("ä/ö", "old");
        Assert.That(_host.Store("/ä/€ 100%", "euro").Served, Is.EqualTo("euro"));
        Assert.That(File.Exists(_host.Content.At("ä/€ 100%")), Is.True);
    }

    [Test]
    public void Writing_and_polling_allocate_nothing()
    {
        UploadProbe upload = _host.Start("/a");
        byte[] bytes = Encoding.ASCII.GetBytes(Text(300));
        for (int i = 0; i < 200; i++)
        {
            Fill();
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            Fill();
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(upload.End(), Is.EqualTo(ChangeResult.Done));
        Assert.That(new FileInfo(_host.Content.At("a")).Length, Is.EqualTo(400 * 300));

        void Fill()
        {
            for (int sent = 0; sent < bytes.Length; Thread.Yield())
            {
                _host.Changes.Poll(_host.Network, default);
                sent += upload.Upload.Write(bytes.AsSpan(sent));
            }
        }
    }
}
