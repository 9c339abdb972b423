using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Content;

public sealed class ContentGenerationTests
{
    [Test]
    public void Every_name_is_found_and_no_other()
    {
        // Lengths on both sides of the hash's eight-byte steps, and names that differ in one byte only.
        string[] paths = [.. Enumerable.Range(0, 20_000).Select(i => "/" + new string('x', i % 40) + i)];
        var generation = new ContentGeneration(7, paths.Select(Entry));
        Assert.That(generation.Number, Is.EqualTo(7));
        Assert.That(generation.Count, Is.EqualTo(paths.Length));
        foreach (string path in paths)
        {
            Assert.That(Find(generation, path)?.Path, Is.EqualTo(path));
        }
        Assert.That(Find(generation, "/x"), Is.Null);
        Assert.That(Find(generation, ""), Is.Null);
        Assert.That(Find(generation, paths[77] + "/"), Is.Null);
    }

    [Test]
    public void The_first_of_two_entries_of_a_path_stays()
    {
        ContentEntry first = Entry("/ä");
        var generation = new ContentGeneration(1, [first, Entry("/ä"), Entry("/b")]);
        Assert.That(generation.Count, Is.EqualTo(2));
        Assert.That(Find(generation, "/ä"), Is.SameAs(first));
        Assert.That(generation.Entries.ToArray().Select(entry => entry.Path), Is.EqualTo(["/ä", "/b"]));
    }

    [Test]
    public void An_empty_generation_has_no_name() =>
        Assert.That(Find(new ContentGeneration(1, []), "/"), Is.Null);

    [Test]
    public void Finding_allocates_nothing()
    {
        var generation = new ContentGeneration(1, [Entry("/index.html")]);
        byte[] path = "/index.html"u8.ToArray();
        generation.Find(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            generation.Find(path);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static ContentEntry Entry(string path) => new() { Path = path, Kind = ContentKind.File };

    private static ContentEntry? Find(ContentGeneration generation, string path) =>
        generation.Find(Encoding.UTF8.GetBytes(path));
}
