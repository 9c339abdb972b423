using System.Diagnostics;
using System.Globalization;
using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>Numbers for people: what loading and changing a large content directory costs.</summary>
[Platform("Linux")]
[Explicit("Takes a minute, and says numbers instead of failing.")]
public sealed class ContentMeasurements
{
    private const int FileCount = 100_000;

    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    [TestCase(100)]
    [TestCase(100_000)]
    public void Loading_a_hundred_thousand_files(int filesPerDirectory)
    {
        WriteFiles(filesPerDirectory);
        for (int i = 0; i < 4; i++)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            long started = Stopwatch.GetTimestamp();
            using ContentStore store = ContentStore.Load(_content.Options, _content.Regions, _content);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            started = Stopwatch.GetTimestamp();
            store.Reload();
            TestContext.Progress.WriteLine(
                $"load {elapsed.TotalMilliseconds:F0} ms, {bytes / FileCount} bytes managed per file, "
                + $"reload {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        }
    }

    [TestCase(100)]
    [TestCase(100_000)]
    public void Changing_one_file_of_a_hundred_thousand(int filesPerDirectory)
    {
        WriteFiles(filesPerDirectory);
        ContentStore store = _content.Store;
        string[] paths = [.. Enumerable.Range(0, 3000)
            .Select(i => $"directory-{i % 1000 * 100 / filesPerDirectory}/new-{i}")];
        for (int round = 0; round < 3; round++)
        {
            var times = new List<double>();
            foreach (string path in paths.Skip(1000 * round).Take(1000))
            {
                _content.Write(path, path);
                long started = Stopwatch.GetTimestamp();
                store.Apply(["/" + path]);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            times.Sort();
            TestContext.Progress.WriteLine(
                $"apply: median {times[500]:F3} ms, 99 of 100 {times[990]:F3} ms, longest {times[^1]:F3} ms");
        }
        byte[][] names = [.. store.Newest.Entries.Select(entry => Encoding.UTF8.GetBytes(entry.Path))];
        Find(store.Newest, names, "after changes");
        long bytesStarted = Stopwatch.GetTimestamp();
        long bytes = store.BytesBelow("/");
        TestContext.Progress.WriteLine(
            $"{bytes} bytes below /: {Stopwatch.GetElapsedTime(bytesStarted).TotalMilliseconds:F3} ms");
        long reloadStarted = Stopwatch.GetTimestamp();
        store.Reload();
        TestContext.Progress.WriteLine(
            $"reload {Stopwatch.GetElapsedTime(reloadStarted).TotalMilliseconds:F0} ms");
        Find(store.Newest, names, "after a reload");
    }

    private static void Find(ContentGeneration generation, byte[][] names, string when)
    {
        new Random(1).Shuffle(names);
        for (int round = 0; round < 3; round++)
        {
            long started = Stopwatch.GetTimestamp();
            int found = names.Count(name => generation.Find(name) is not null);
            double each = Stopwatch.GetElapsedTime(started).TotalNanoseconds / names.Length;
            TestContext.Progress.WriteLine($"find {when}: {each:F0} ns, {found} found");
        }
    }

    private void WriteFiles(int filesPerDirectory)
    {
        for (int i = 0; i < FileCount; i++)
        {
            string directory = (i / filesPerDirectory).ToString(CultureInfo.InvariantCulture);
            string path = Path.Combine(_content.Root, "directory-" + directory);
            if (i % filesPerDirectory == 0)
            {
                Directory.CreateDirectory(path);
            }
            File.WriteAllText(Path.Combine(path, $"file-{i}.txt"), "The bytes of a file: " + i);
        }
    }
}
