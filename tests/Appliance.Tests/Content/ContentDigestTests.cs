using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>Tags of large files that are made of their bytes alone (content.tags: digest).</summary>
[Platform("Linux")]
public sealed class ContentDigestTests
{
    private const int Large = 5_000_000;

    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp()
    {
        _content = new ContentDirectory();
        _content.Options = _content.Options with { PackedFileBytes = 1000, Tags = ContentTags.Digest };
    }

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void Two_copies_of_a_tree_have_equal_tags_on_two_hosts()
    {
        for (int i = 0; i < 300; i++)
        {
            Write($"dir/{i}", (char)i, 1001 + i);
        }
        Write("large", 'L');
        _content.Shell("cp -a . ../copy; cp -r . ../later; touch ../later/large");
        string[] tags = TagsOf(_content.Options with { TagKey = [1] });

        Assert.That(tags, Is.Unique.And.Length.EqualTo(301));
        Assert.That(tags, Is.All.StartsWith("\""));
        foreach (string other in (string[])["../copy", "../later"])
        {
            ContentOptions options = _content.Options with { Directory = _content.At(other), TagKey = [2] };
            Assert.That(TagsOf(options), Is.EqualTo(tags));
            Assert.That(TagsOf(options with { PackedFileBytes = 10_000_000 }), Is.EqualTo(tags), "packed");
        }
    }

    [Test]
    public void A_file_that_is_not_read_yet_has_a_date_and_no_tag()
    {
        _content.Options = _content.Options with { DigestBytesPerSecond = 1 };
        Write("f", 'A');
        _content.Shell("touch -d 2020-01-01 f");
        var reader = new ContentReader(_content.Store);
        ContentConnection whole = reader.Get("/f");
        string date = whole.Field("Last-Modified");

        Assert.That((whole.Status, whole.Tag, whole.BodyBytes.Length), Is.EqualTo((200, "", Large)));
        Assert.That(reader.Get("/f", "If-None-Match: \"\", \"x\"\r\n").Status, Is.EqualTo(200));
        Assert.That(reader.Get("/f", "If-None-Match: *\r\n").Status, Is.EqualTo(304));
        Assert.That(reader.Get("/f", "If-Match: \"x\"\r\n").Status, Is.EqualTo(412));
        Assert.That(
            reader.Get("/f", "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n").Status, Is.EqualTo(200));
        ContentConnection known = reader.Get("/f", $"If-Modified-Since: {date}\r\n");
        Assert.That((known.Status, known.Field("Last-Modified")), Is.EqualTo((304, date)));
        Assert.That(_content.Store.UntaggedFiles, Is.EqualTo(1));
    }

    [TestCase("cat ../b > f")]
    [TestCase("touch -r f ../t; cat ../b > f; touch -r ../t f")]
    [TestCase("cp -p ../b f")]
    [TestCase("touch -r f ../b; mv ../b f")]
    public void A_file_that_changed_has_its_old_tag_no_more_and_soon_the_one_of_its_bytes(string change)
    {
        Write("f", 'A');
        Write("../b", 'B');
        Write("b", 'B');
        string old = AwaitTag("/f");
        string expected = AwaitTag("/b");
        var reader = new ContentReader(_content.Store);
        _content.Shell(change);

        ContentConnection news = reader.Get("/f", $"If-None-Match: {old}\r\n");
        Assert.That((news.Status, news.BodyBytes[^1]), Is.EqualTo((200, (byte)'B')));
        Assert.That(news.Tag, Is.Empty.Or.EqualTo(expected));
        ContentConnection joined = reader.Get("/f", $"Range: bytes=1000-\r\nIf-Range: {old}\r\n");
        Assert.That(joined.Status, Is.EqualTo(200), "no part of B is joined to A");
        Assert.That(AwaitTag("/f"), Is.EqualTo(expected));
        reader.BeginPass();
        Assert.That(reader.Get("/f", $"If-None-Match: {expected}\r\n").Status, Is.EqualTo(304));
    }

    [TestCase("chmod 640 f")]
    [TestCase("ln f ../d")]
    [TestCase("cp f ../d; mv ../d f")]
    public void A_file_of_the_same_bytes_has_the_same_tag_again_though_nobody_has_asked_for_it(string change)
    {
        Write("f", 'A');
        string tag = AwaitTag("/f");
        _content.Shell(change);
        var reader = new ContentReader(_content.Store);
        _ = reader.Get("/f", method: "HEAD");

        Assert.That(AwaitTag("/f"), Is.EqualTo(tag));
        reader.BeginPass();
        Assert.That(reader.Get("/f", $"If-None-Match: {tag}\r\n").Status, Is.EqualTo(304));
    }

    [Test]
    public void A_file_that_changes_while_it_is_read_gets_the_tag_of_what_it_is_then()
    {
        _content.Options = _content.Options with { DigestBytesPerSecond = 20_000_000 };
        Write("b", 'B');
        string expected = AwaitTag("/b");
        Write("f", 'A');
        Assert.That(_content.Store.Apply(["/f"]), Is.True);
        Thread.Sleep(50);
        Write("f", 'B');

        var reader = new ContentReader(_content.Store);
        Assert.That(reader.Get("/f").BodyBytes, Is.All.EqualTo((byte)'B'));
        Assert.That(AwaitTag("/f"), Is.EqualTo(expected));
        reader.BeginPass();
        Assert.That(reader.Get("/f").Tag, Is.EqualTo(expected));
    }

    private string[] TagsOf(ContentOptions options)
    {
        using var regions = new RegionTable();
        using var store = ContentStore.Load(options, regions, _content);
        for (int i = 0; i < 1000 && store.UntaggedFiles > 0; i++)
        {
            Thread.Sleep(10);
        }
        return [.. store.Newest.Entries.ToArray().OrderBy(entry => entry.Path, StringComparer.Ordinal)
            .Select(entry => Encoding.ASCII.GetString(entry.EntityTag))];
    }

    private string AwaitTag(string path)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (_content.Find(path) is { EntityTag.Length: > 0 } entry)
            {
                return Encoding.ASCII.GetString(entry.EntityTag);
            }
            Thread.Sleep(10);
        }
        throw new AssertionException($"{path} has no tag.");
    }

    private void Write(string path, char letter, int length = Large)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill((byte)letter);
        Directory.CreateDirectory(Path.GetDirectoryName(_content.At(path))!);
        File.WriteAllBytes(_content.At(path), bytes);
    }
}
