using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Devices;

namespace Straightwire.Appliance.Doctor;

/// <summary>What is to be served, and whether the machine has room for it.</summary>
internal static class ContentChecks
{
    /// <summary>Mappings that the runtime and its libraries have, generously.</summary>
    private const long MappingsOfOurOwn = 5000;

    /// <summary>Walks the content directory as a load does, and reads no file.</summary>
    public static IEnumerable<Finding> Run(ApplianceOptions options)
    {
        ContentOptions content = options.ToContent();
        var count = new Count(content.PackedFileMax);
        var leftOut = new LeftOutLog(NullLogger.Instance);
        string? fault = null;
        try
        {
            new ContentScan(content, NullLogger.Instance, leftOut, count).Run();
        }
        catch (ContentException e)
        {
            fault = e.Message;
        }
        if (fault is not null)
        {
            yield return new(Verdict.Fail, "content", fault);
            yield break;
        }
        yield return Content(content, count, leftOut.Count);
        yield return Mappings(
            count.LargeFiles,
            long.Parse(File.ReadAllText("/proc/sys/vm/max_map_count"), CultureInfo.InvariantCulture));
        long packed = Math.Min(count.SmallBytes, content.PackedBytesMax);
        yield return Memory(packed, File.ReadAllText("/proc/meminfo"));
        foreach (Finding finding in LimitChecks.Findings(
            options, MemoryPlan.Of(options, packed, MachineMemory.Own)))
        {
            yield return finding;
        }
    }

    /// <summary>Each large file is one mapping.</summary>
    internal static Finding Mappings(long largeFiles, long mapCountMax) => largeFiles + MappingsOfOurOwn
        <= mapCountMax
            ? new(
                Verdict.Ok, "mappings",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{largeFiles} large files, vm.max_map_count {mapCountMax}"))
            : new(
                Verdict.Fail, "mappings",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{largeFiles} large files want a mapping each, and vm.max_map_count is {mapCountMax}: "
                        + $"raise it (sysctl -w vm.max_map_count={largeFiles + (2 * MappingsOfOurOwn)}), or "
                        + $"content.packedFileBytes, up to which files are packed"));

    /// <summary>Packed files stay in memory.</summary>
    internal static Finding Memory(long packedBytes, string information)
    {
        string line = information.Split('\n')
            .First(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        long available = 1024 * long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        string both = $"{Megabytes(packedBytes)} of packed files, {Megabytes(available)} of memory available";
        return packedBytes < available
            ? new(Verdict.Ok, "content", both)
            : new(Verdict.Fail, "content", $"{both}: lower content.packedBytes or content.packedFileBytes");
    }

    private static Finding Content(ContentOptions content, Count count, int leftOut)
    {
        string files = string.Create(
            CultureInfo.InvariantCulture,
            $"{content.Root}: {count.Files} files, {Megabytes(count.SmallBytes + count.LargeBytes)}");
        return (count.Files, leftOut) switch
        {
            (var some, _) when some > content.FileMax => new(
                Verdict.Fail, "content", $"{files}, and content.files allows {content.FileMax}: raise it"),
            (0, _) => new(Verdict.Warn, "content", $"{files}: there is nothing to serve"),
            (_, > 0) => new(
                Verdict.Warn, "content",
                $"{files}; {leftOut} names are left out: the log of serve says which"),
            _ => new(Verdict.Ok, "content", files),
        };
    }

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");

    private sealed class Count(long packedFileMax) : IScanned
    {
        public long Files { get; private set; }

        public long LargeFiles { get; private set; }

        public long SmallBytes { get; private set; }

        public long LargeBytes { get; private set; }

        public void Add(in FoundDirectory directory)
        {
        }

        public void Add(List<FoundFile> files)
        {
            foreach (FoundFile file in files)
            {
                bool isLarge = file.Status.Length > packedFileMax;
                Files++;
                LargeFiles += isLarge ? 1 : 0;
                LargeBytes += isLarge ? file.Status.Length : 0;
                SmallBytes += isLarge ? 0 : file.Status.Length;
            }
        }
    }
}
