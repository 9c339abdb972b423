using Straightwire.Appliance.Content;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Tests.Content;

[Platform("Linux")]
public sealed class ContentScanTests
{
    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void Files_are_found_by_canonical_paths()
    {
        _content.Write("index.html", "home");
        _content.Write("a b/%41.txt", "percent");
        _content.Write("ä/index.html", "umlaut");
        Directory.CreateDirectory(_content.At("empty"));
        Assert.That(_content.Names, Is.EqualTo(
            ["/a b/%41.txt", "/index.html", "/ä/index.html"]));
        Assert.That(_content.ReadBody("/ä/index.html"), Is.EqualTo("umlaut"));
        Assert.That(_content.Warnings, Is.Empty);
    }

    [Test]
    public void Dot_files_are_left_out_but_for_well_known()
    {
        _content.Write(".env", "secret");
        _content.Write(".git/config", "secret");
        _content.Write(".well-known/security.txt", "contact");
        _content.Write(".well-known/.hidden", "secret");
        Assert.That(_content.Names, Is.EqualTo(["/.well-known/security.txt"]));
    }

    [Test]
    public void A_name_that_is_left_out_is_told_byte_by_byte()
    {
        // A name that is no UTF-8 cannot be made by .NET's own calls.
        Tool.Run("dash", "sh", "-c", $"printf x > \"{_content.Root}/$(printf 'a\\033[2J\\377b')\"");
        _content.Write("fine", "x");
        Assert.That(_content.Names, Is.EqualTo(["/fine"]));
        Assert.That(_content.Warnings, Has.Count.EqualTo(1).And.Some.Contains("/a\\x1B[2J\\xFFb"));
    }

    [Test]
    public void Links_within_the_root_are_followed_and_links_out_of_it_are_not()
    {
        _content.Write("dir/file", "inside");
        _content.Write("../root-beside/file", "outside");
        _content.Link("file", "dir/file");
        _content.Link("absolute", _content.At("dir/file"));
        _content.Link("tree", "dir");
        _content.Link("passwd", "/etc/passwd");
        _content.Link("out", "../root-beside/file");
        _content.Link("out-tree", "../root-beside");
        _content.Link("chain", "out");
        _content.Link("dangling", "nothing");
        Assert.That(_content.Names, Is.EqualTo(["/absolute", "/dir/file", "/file", "/tree/file"]));
        Assert.That(_content.ReadBody("/tree/file"), Is.EqualTo("inside"));
        Assert.That(_content.Store.Summary.LeftOut, Is.EqualTo(5));
        Assert.That(_content.Warnings, Has.Count.EqualTo(6).And.Some.Contains("/passwd"));
    }

    [Test]
    public void A_link_within_the_root_is_followed_to_a_dot_name_as_in_mounted_volumes()
    {
        _content.Write("..2026_01/index.html", "volume");
        _content.Link("..data", "..2026_01");
        _content.Link("index.html", "..data/index.html");
        Assert.That(_content.Names, Is.EqualTo(["/index.html"]));
        Assert.That(_content.ReadBody("/index.html"), Is.EqualTo("volume"));
    }

    [Test]
    public void Links_that_lead_in_a_circle_end()
    {
        _content.Write("a/file", "x");
        _content.Link("a/up", "..");
        _content.Link("a/self", ".");
        _content.Link("ring1", "ring2");
        _content.Link("ring2", "ring1");
        Assert.That(_content.Names, Is.EqualTo(["/a/file"]));
    }

    [Test]
    public void Directories_are_followed_to_a_limit_of_depth()
    {
        _content.Write("1/2/file", "x");
        _content.Write("1/2/3/file", "x");
        _content.Options = _content.Options with { DirectoryDepth = 3 };
        Assert.That(_content.Names, Is.EqualTo(["/1/2/file"]));
    }

    [Test]
    public void Fifos_and_sockets_are_left_out_and_wait_for_nobody()
    {
        _content.Shell("mkfifo fifo");
        _content.Link("link", "fifo");
        _content.Write("file", "x");
        Assert.That(_content.Names, Is.EqualTo(["/file"]));
        Assert.That(_content.Warnings, Is.Empty);
    }

    [Test]
    public void Names_that_no_request_can_ask_for_are_logged_and_left_out()
    {
        _content.Shell("""
            printf x > "$(printf 'latin-\344')"
            printf x > "$(printf 'a\tb')"
            printf x > 'back\slash'
            """);
        _content.Write("file", "x");
        Assert.That(_content.Names, Is.EqualTo(["/file"]));
        Assert.That(_content.Warnings, Has.Count.EqualTo(4), "three names, and the sum");
    }

    [Test]
    public void What_may_not_be_read_is_logged_and_left_out_and_the_rest_is_served()
    {
        _content.Write("secret-file", "x");
        _content.Write("secret-dir/file", "x");
        _content.Write("file", "x");
        _content.Shell("chmod a+rx . ..; chmod 0 secret-file secret-dir; [ $(id -u) != 0 ] || chown 65534 .");
        // Root reads everything; the thread becomes nobody, who owns nothing that is secret here.
        _ = Environment.UserName == "root" ? FileTree.SetFileUser(65_534) : 0;
        try
        {
            Assert.That(_content.Names, Is.EqualTo(["/file"]));
        }
        finally
        {
            _ = FileTree.SetFileUser(0);
            _content.Shell("chmod 700 secret-dir");
        }
        Assert.That(_content.Warnings, Has.Count.EqualTo(3).And.All.Contains("ermission"));
    }

    [Test]
    public void Directories_are_found_with_their_children_in_the_order_of_their_bytes_empty_ones_too()
    {
        _content.Write("b/file", "x");
        _content.Write("b.txt", "22");
        _content.Write("ä", "333");
        _content.Write(".hidden/file", "x");
        _content.Link("tree", "b");
        _content.Link("out", "/etc");
        Directory.CreateDirectory(_content.At("empty"));
        Directory.SetLastWriteTimeUtc(_content.At("empty"), DateTime.UnixEpoch.AddSeconds(1_000_000_000.5));
        Assert.That(_content.List("/"), Is.EqualTo(["b/", "b.txt 2", "empty/", "tree/", "ä 3"]));
        Assert.That(_content.List("/b/"), Is.EqualTo(["file 1"]));
        Assert.That(_content.List("/tree/"), Is.EqualTo(["file 1"]));
        Assert.That(_content.List("/empty/"), Is.Empty);
        Assert.That(_content.FindDirectory("/empty/")!.ModifiedUnixSeconds, Is.EqualTo(1_000_000_000));
        Assert.That(
            _content.FindDirectory("/tree/")!.Children[0].File, Is.SameAs(_content.Find("/tree/file")));
        Assert.That(_content.FindDirectory("/out/"), Is.Null);
        Assert.That(_content.FindDirectory("/.hidden/"), Is.Null);
        Assert.That(_content.FindDirectory("/b"), Is.Null);
    }

    [Test]
    public void A_root_that_cannot_be_served_is_said_with_what_to_do()
    {
        _content.Options = _content.Options with { Directory = _content.At("missing") };
        Assert.That(Load, Throws.TypeOf<ContentException>().With.Message.Contains("Name a directory"));
        _content.Write("file", "x");
        _content.Options = _content.Options with { Directory = _content.At("file") };
        Assert.That(Load, Throws.TypeOf<ContentException>());
    }

    [Test]
    public void Too_many_files_are_said_with_what_to_do()
    {
        _content.Write("1", "x");
        _content.Write("2", "x");
        _content.Options = _content.Options with { Files = 1 };
        Assert.That(Load, Throws.TypeOf<ContentException>().With.Message.Contains("more than 1 files"));
    }

    private void Load() => _ = _content.Store;
}
