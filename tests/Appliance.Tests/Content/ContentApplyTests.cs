using System.Globalization;
using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;

namespace Straightwire.Appliance.Tests.Content;

[Platform("Linux")]
public sealed class ContentApplyTests
{
    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void A_new_file_is_found_and_listed_and_everything_else_stays_the_same()
    {
        _content.Write("dir/old", "old");
        ContentEntry old = _content.Find("/dir/old")!;
        _content.Write("dir/new", "newer");
        _content.Write("dir/untold", "x");
        Directory.SetLastWriteTimeUtc(_content.At("dir"), DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        Assert.That(_content.Store.Apply(["/dir/new"]), Is.True);
        Assert.That(_content.ReadBody("/dir/new"), Is.EqualTo("newer"));
        Assert.That(_content.Find("/dir/old"), Is.SameAs(old));
        Assert.That(_content.Find("/dir/untold"), Is.Null);
        Assert.That(_content.List("/dir/"), Is.EqualTo(["new 5", "old 3"]));
        Assert.That(_content.FindDirectory("/dir/")!.ModifiedUnixSeconds, Is.EqualTo(1_000_000_000));
        Assert.That(_content.Store.BytesBelow("/"), Is.EqualTo(8));
        Assert.That(_content.Store.Summary.Files, Is.EqualTo(2));
        Assert.That(_content.Store.Summary.Generation, Is.EqualTo(2));
    }

    [Test]
    public void A_directory_that_was_not_known_is_looked_at_as_a_whole()
    {
        _ = _content.Store;
        _content.Write("a/b/c", "1");
        _content.Write("a/d", "2");
        Assert.That(_content.Store.Apply(["/a/b/c"]), Is.True);
        Assert.That(_content.Names, Is.EqualTo(["/a/b/c", "/a/d"]));
        Assert.That(_content.List("/"), Is.EqualTo(["a/"]));
    }

    [Test]
    public void An_index_file_comes_and_goes_with_its_directory()
    {
        _content.Write("dir/other", "x");
        _ = _content.Store;
        _content.Write("dir/index.html", "index");
        _content.Store.Apply(["/dir/index.html"]);
        Assert.That(_content.ReadBody("/dir/index.html"), Is.EqualTo("index"));
        _content.Shell("rm -r dir; printf file > dir");
        _content.Store.Apply(["/dir"]);
        Assert.That(_content.Names, Is.EqualTo(["/dir"]));
        Assert.That(_content.ReadBody("/dir"), Is.EqualTo("file"));
        _content.Shell("rm dir; mkdir dir; printf again > dir/index.html");
        _content.Store.Apply(["/dir/index.html"]);
        Assert.That(_content.Names, Is.EqualTo(["/dir/index.html"]));
    }

    [Test]
    public void What_no_scan_shows_no_change_shows_either()
    {
        _content.Write("../outside/file", "secret");
        _content.Write("dir/file", "x");
        _ = _content.Store;
        _content.Write(".hidden", "secret");
        _content.Write("dir/.git/config", "secret");
        _content.Link("out", "../outside");
        _content.Link("dir/passwd", "/etc/passwd");
        _content.Link("dir/up", "..");
        _content.Shell("mkfifo fifo");
        string[] paths =
        [
            "/.hidden", "/dir/.git", "/dir/.git/config", "/out", "/out/file", "/dir/passwd", "/dir/up",
            "/dir/up/dir/file", "/fifo", "/../outside/file", "/dir/../../outside/file", "/dir/./file",
            "/missing/x",
        ];
        foreach (string path in paths)
        {
            Assert.That(_content.Store.Apply([path]), Is.True, path);
        }
        Assert.That(_content.Names, Is.EqualTo(["/dir/file"]));
        Assert.That(_content.List("/"), Is.EqualTo(["dir/"]));
        Assert.That(_content.List("/dir/"), Is.EqualTo(["file 1"]));
    }

    [Test]
    public void A_directory_that_becomes_a_link_out_of_the_root_is_gone()
    {
        _content.Write("../outside/file", "secret");
        _content.Write("dir/file", "x");
        _ = _content.Store;
        _content.Shell("rm -r dir; ln -s ../outside dir");
        Assert.That(_content.Store.Apply(["/dir/file"]), Is.True);
        Assert.That(_content.Names, Is.Empty);
        Assert.That(_content.FindDirectory("/dir/"), Is.Null);
        Assert.That(_content.List("/"), Is.Empty);
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("/dir/")]
    [TestCase("file")]
    public void What_is_no_path_is_refused(string path) =>
        Assert.That(() => _content.Store.Apply([path]), Throws.ArgumentException);

    [Test]
    public void A_change_that_fails_as_a_whole_keeps_what_there_is()
    {
        _content.Write("file", "x");
        _content.Options = _content.Options with { Files = 1 };
        ContentEntry entry = _content.Find("/file")!;
        _content.Write("other", "x");
        Assert.That(_content.Store.Apply(["/other"]), Is.False);
        Assert.That(_content.Names, Is.EqualTo(["/file"]));
        File.Delete(_content.At("file"));
        Assert.That(_content.Store.Apply(["/other", "/file"]), Is.True);
        Assert.That(_content.Names, Is.EqualTo(["/other"]));
        Directory.Move(_content.Root, _content.At("../away"));
        Assert.That(_content.Store.Apply(["/file"]), Is.False);
        Assert.That(_content.Names, Is.EqualTo(["/other"]));
        Assert.That(entry, Is.Not.Null);
    }

    [Test]
    public void A_thousand_changes_fill_few_regions_and_those_of_replaced_files_are_freed()
    {
        ShardContent shard = _content.Store.AddShard(() => { });
        var regions = new HashSet<int>();
        for (int i = 0; i < 1000; i++)
        {
            string name = (i % 20).ToString(CultureInfo.InvariantCulture);
            _content.Write(name, new string((char)('a' + (i % 26)), 10_000));
            _content.Store.Apply(["/" + name]);
            regions.Add(_content.Find("/" + name)!.Body.Region);
        }
        shard.BeginPass();
        Assert.That(_content.Store.Reclaim(), Is.Zero);
        Assert.That(regions.Count(_content.HasRegion), Is.LessThanOrEqualTo(2));
        Assert.That(_content.Store.Summary.Files, Is.EqualTo(20));
        Assert.That(_content.Store.BytesBelow("/"), Is.EqualTo(200_000));
        for (int i = 980; i < 1000; i++)
        {
            string body = new((char)('a' + (i % 26)), 10_000);
            Assert.That(_content.ReadBody($"/{i % 20}"), Is.EqualTo(body));
        }
    }

    [Test]
    public void A_region_stays_as_long_as_a_shard_may_send_of_it()
    {
        _content.Options = _content.Options with { PackedFileBytes = 10 };
        _content.Write("file", new string('o', 100));
        ShardContent shard = _content.Store.AddShard(() => { });
        ContentSlice body = _content.Find("/file")!.Body;
        _content.Replace("file", new string('n', 100));
        _content.Store.Apply(["/file"]);
        Assert.That(_content.Store.Reclaim(), Is.GreaterThan(0), "The shard has not begun a pass since.");
        shard.Acquire(body.Region);
        shard.BeginPass();
        Assert.That(_content.Store.Reclaim(), Is.GreaterThan(0), "The shard holds a slice.");
        Assert.That(_content.Read(body), Is.EqualTo(new string('o', 100)));
        shard.Release(body.Region);
        _content.Store.Reclaim();
        Assert.That(_content.HasRegion(body.Region), Is.False);
        Assert.That(_content.ReadBody("/file"), Is.EqualTo(new string('n', 100)));
    }

    [Test]
    public void Chunks_of_which_little_is_left_are_packed_anew()
    {
        // Each round leaves one file of many: all chunks would stay for a few files.
        string large = new('x', 250_000);
        ShardContent shard = _content.Store.AddShard(() => { });
        for (int round = 0; round < 300; round++)
        {
            _content.Write("large", large);
            _content.Write($"kept/{round}", "kept " + round);
            _content.Store.Apply(["/large", $"/kept/{round}"]);
            shard.BeginPass();
        }
        _content.Store.Reclaim();
        int[] regions = [.. _content.Store.Newest.Entries.Select(entry => entry.Body.Region).Distinct()];
        Assert.That(regions.Sum(_content.Regions.LengthOf), Is.LessThan(80L << 20));
        Assert.That(_content.List("/kept/"), Has.Count.EqualTo(300));
        for (int round = 0; round < 300; round++)
        {
            Assert.That(_content.ReadBody($"/kept/{round}"), Is.EqualTo("kept " + round));
            ContentEntry? listed = _content.FindDirectory("/kept/")!.Children.TryFind(
                Encoding.ASCII.GetBytes($"{round}"), out DirectoryChild child) ? child.File : null;
            Assert.That(listed, Is.SameAs(_content.Find($"/kept/{round}")));
        }
    }
}
