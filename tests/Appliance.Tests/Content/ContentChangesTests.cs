using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>Any sequence of changes comes to the same as loading what is on disk in the end.</summary>
[Platform("Linux")]
public sealed class ContentChangesTests
{
    private static readonly string[] Segments =
        ["a", "b", "c-d", "index.html", ".well-known", ".hidden", "ä", "b.txt"];

    private ContentDirectory _content = null!;
    private Random _random = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void Changes_of_paths_come_to_the_same_as_a_whole_load([Range(1, 6)] int seed)
    {
        _random = new Random(seed);
        _content.Options = _content.Options with { PackedFileBytes = 400 };
        _content.Write("../outside/file", "secret");
        _content.Link("out", "../outside");
        _content.Write("a/b/index.html", "first");
        _ = _content.Store;
        for (int step = 0; step < 60; step++)
        {
            var paths = new HashSet<string>();
            for (int change = _random.Next(1, 4); change > 0; change--)
            {
                ChangeSomething(paths);
            }
            Assert.That(_content.Store.Apply(paths), Is.True);
            AssertLikeALoad($"seed {seed}, step {step}: {string.Join(' ', paths)}");
            if (_random.Next(20) == 0)
            {
                Assert.That(_content.Store.Reload(), Is.True);
                AssertLikeALoad($"seed {seed}, step {step}, reload");
            }
        }
        Assert.That(_content.Store.BytesBelow("/"), Is.EqualTo(_content.Store.Newest.Entries
            .Where(entry => entry.Path[^1] != '/').Sum(entry => entry.Body.Length)));
    }

    private void ChangeSomething(HashSet<string> paths)
    {
        string path = RandomPath();
        string full = _content.At(path[1..]);
        switch (_random.Next(5))
        {
            case 0 or 1:
                Clear(full);
                if (TryMakeParent(full))
                {
                    File.WriteAllText(full, new string((char)('a' + _random.Next(26)), _random.Next(800)));
                }
                break;
            case 2:
                if (!File.Exists(full) && TryMakeParent(full))
                {
                    Directory.CreateDirectory(full);
                }
                break;
            case 3:
                Clear(full);
                break;
            default:
                string target = RandomPath();
                string fullTarget = _content.At(target[1..]);
                if (Path.Exists(full) && !fullTarget.StartsWith(full + "/", StringComparison.Ordinal)
                    && !full.StartsWith(fullTarget, StringComparison.Ordinal) && TryMakeParent(fullTarget))
                {
                    Clear(fullTarget);
                    Directory.Move(full, fullTarget);
                    paths.Add(target);
                }
                break;
        }
        paths.Add(path);
    }

    private string RandomPath()
    {
        var path = new StringBuilder();
        for (int depth = _random.Next(1, 5); depth > 0; depth--)
        {
            path.Append('/').Append(Segments[_random.Next(Segments.Length)]);
        }
        return path.ToString();
    }

    private static bool TryMakeParent(string full)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            return true;
        }
        catch (IOException)
        {
            // One of the names above is a file.
            return false;
        }
    }

    private static void Clear(string full)
    {
        if (Directory.Exists(full))
        {
            Directory.Delete(full, recursive: true);
        }
        else if (File.Exists(full))
        {
            File.Delete(full);
        }
    }

    private void AssertLikeALoad(string when)
    {
        using var regions = new RegionTable();
        using ContentStore loaded = ContentStore.Load(_content.Options, regions, _content);
        Assert.That(
            Describe(_content.Store.Newest, _content.Regions),
            Is.EqualTo(Describe(loaded.Newest, regions)),
            when);
        Assert.That(_content.Store.Summary.Files, Is.EqualTo(loaded.Summary.Files), when);
        Assert.That(_content.Store.Summary.PackedBytes, Is.EqualTo(loaded.Summary.PackedBytes), when);
        Assert.That(_content.Store.Summary.MappedBytes, Is.EqualTo(loaded.Summary.MappedBytes), when);
    }

    private static List<string> Describe(ContentGeneration generation, RegionTable regions)
    {
        var lines = new List<string> { $"{generation.Count} {generation.DirectoryCount}" };
        foreach (ContentEntry entry in generation.Entries
            .OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            Assert.That(generation.Find(Encoding.UTF8.GetBytes(entry.Path)), Is.SameAs(entry));
            lines.Add($"{entry.Path} {entry.MediaType} {entry.ModifiedUnixSeconds} "
                + Read(entry, regions));
        }
        foreach (DirectoryEntry directory in generation.Directories
            .OrderBy(directory => directory.Path, StringComparer.Ordinal))
        {
            Assert.That(
                generation.FindDirectory(Encoding.UTF8.GetBytes(directory.Path)), Is.SameAs(directory));
            lines.Add($"{directory.Path} {directory.ModifiedUnixSeconds} {directory.Children.FileBytes}");
            foreach (DirectoryChild child in directory.Children)
            {
                string path = directory.Path + Encoding.UTF8.GetString(child.Name);
                ContentEntry? found = generation.Find(Encoding.UTF8.GetBytes(path));
                Assert.That(child.File is null || ReferenceEquals(child.File, found), path);
                lines.Add(path + (child.File is null ? "/" : string.Empty));
            }
        }
        return lines;
    }

    // Large files have a tag of their identity on disk, small ones of their bytes: both are compared.
    private static string Read(ContentEntry entry, RegionTable regions)
    {
        var bytes = new byte[entry.Http1.Ok.Length + entry.Body.Length];
        Assert.That(regions.TryRead(
            entry.Http1.Ok.Region, entry.Http1.Ok.Offset, bytes.AsSpan(0, (int)entry.Http1.Ok.Length)));
        Assert.That(regions.TryRead(
            entry.Body.Region, entry.Body.Offset, bytes.AsSpan((int)entry.Http1.Ok.Length)));
        return Encoding.ASCII.GetString(bytes);
    }
}
