using System.Diagnostics;
using System.Globalization;
using Straightwire.Appliance.Content;

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
