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
        var delta = new ContentDelta();
        delta.Entries["/changed"] = Entry("/changed");
        delta.Directories["/dir/"] = Directory("/dir");
        ContentGeneration generation = new ContentGeneration(1, [Entry("/index.html")]).With(delta);
        byte[] path = "/index.html"u8.ToArray();
        byte[] directory = "/dir/"u8.ToArray();
        generation.Find(path);
        generation.FindDirectory(directory);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            generation.Find(path);
            _ = generation.FindDirectory(directory)!.Children.Length;
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Generations_made_by_changes_find_what_a_whole_one_finds([Values(0, 50, 20_000)] int before)
    {
        var random = new Random(before);
        var expected = Enumerable.Range(0, before).ToDictionary(i => "/" + i, i => Entry("/" + i));
        var generation = new ContentGeneration(1, expected.Values)
        {
            Directories = expected.Values.Select(entry => Directory(entry.Path)),
        };
        for (int i = 0; i < 200; i++)
        {
            var delta = new ContentDelta();
            for (int j = 0; j < 40; j++)
            {
                string path = "/" + random.Next(30_000);
                bool isGone = random.Next(3) == 0;
                delta.Entries[path] = isGone ? null : Entry(path);
                delta.Directories[path + "/"] = isGone ? null : Directory(path);
            }
            foreach ((string path, ContentEntry? entry) in delta.Entries)
            {
                _ = entry is null ? expected.Remove(path) : (expected[path] = entry) is null;
            }
            generation = generation.With(delta);
        }
        Assert.That(generation.Number, Is.EqualTo(201));
        Assert.That(generation.Count, Is.EqualTo(expected.Count));
        Assert.That(generation.DirectoryCount, Is.EqualTo(expected.Count));
        Assert.That(
            generation.Entries.OrderBy(entry => entry.Path, StringComparer.Ordinal),
            Is.EqualTo(expected.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal)));
        string[] wrong = [.. Enumerable.Range(0, 30_000).Select(i => "/" + i).Where(path =>
            !ReferenceEquals(Find(generation, path), expected.GetValueOrDefault(path))
            || FindDirectory(generation, path + "/") is null == expected.ContainsKey(path))];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void A_generation_stays_as_it_is_when_another_is_made_from_it()
    {
        ContentEntry old = Entry("/a");
        var before = new ContentGeneration(1, [old]);
        var delta = new ContentDelta();
        delta.Entries["/a"] = null;
        delta.Entries["/b"] = Entry("/b");
        ContentGeneration after = before.With(delta);
        Assert.That(Find(before, "/a"), Is.SameAs(old));
        Assert.That(Find(before, "/b"), Is.Null);
        Assert.That(Find(after, "/a"), Is.Null);
        Assert.That(after.Entries.Select(entry => entry.Path), Is.EqualTo(["/b"]));
    }

    private static DirectoryEntry? FindDirectory(ContentGeneration generation, string path) =>
        generation.FindDirectory(Encoding.UTF8.GetBytes(path));

    private static DirectoryEntry Directory(string path) => new() { Path = path + "/", Children = [] };

    private static ContentEntry Entry(string path) => new() { Path = path };

    [Test]
    public void A_name_is_found_by_its_letters_as_long_as_it_is_the_only_one()
    {
        ContentGeneration generation =
            new(1, [Entry("/A"), Entry("/b/C")]) { Rules = new Folding() };
        Assert.That(generation.FindFolded("/a"u8), Is.EqualTo("/A"));
        Assert.That(generation.FindFolded("/B/c"u8), Is.EqualTo("/b/C"));
        Assert.That(generation.FindFolded("/c"u8), Is.Null);
        var delta = new ContentDelta();
        delta.Entries["/a"] = Entry("/a");
        delta.Entries["/b/C"] = null;
        delta.Entries["/b/c"] = Entry("/b/c");
        generation = generation.With(delta);
        Assert.That(generation.FindFolded("/a"u8), Is.Null, "there are two");
        Assert.That(generation.FindFolded("/B/C"u8), Is.EqualTo("/b/c"));
        delta = new ContentDelta();
        delta.Entries["/A"] = null;
        Assert.That(generation.With(delta).FindFolded("/A"u8), Is.EqualTo("/a"));
        Assert.That(new ContentGeneration(1, [Entry("/A")]).FindFolded("/a"u8), Is.Null, "not asked for");
    }

    private static ContentEntry? Find(ContentGeneration generation, string path) =>
        generation.Find(Encoding.UTF8.GetBytes(path));

    private sealed class Folding : IContentRules
    {
        public bool FoldsCase => true;

        public EntryRules Of(string path) => PlainRules.Instance.Of(path);
    }
}
