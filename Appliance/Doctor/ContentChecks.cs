using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices;

namespace Straightwire.Appliance.Doctor;

/// <summary>What is to be served, and whether the machine has room for it.</summary>
internal static class ContentChecks
{
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
            count.LargeBytes,
            content.PackedBytesMax - count.SmallBytes,
            long.Parse(File.ReadAllText("/proc/sys/vm/max_map_count"), CultureInfo.InvariantCulture));
        long packed = Math.Min(count.SmallBytes, content.PackedBytesMax);
        yield return Memory(packed, File.ReadAllText("/proc/meminfo"));
        foreach (Finding finding in LimitChecks.Findings(
            options, MemoryPlan.Of(options, packed, MachineMemory.Own)))
        {
            yield return finding;
        }
        yield return Descriptors(
            Math.Min(count.LargeFiles, Residency.FileMax), ProcessLimits.OpenFilesMax());
        if (DeployDirectories.Advice(options) is { } advice)
        {
            yield return new(Verdict.Warn, "deploys", advice);
        }
    }

    /// <summary>
    /// Each large file is one mapping; those beyond what the system allows are packed as long as there is
    /// room, and the rest is not served.
    /// </summary>
    /// <param name="largeFiles">Files that want a mapping.</param>
    /// <param name="largeBytes">Their bytes.</param>
    /// <param name="packedBytesLeft">Bytes that may be packed besides small files.</param>
    /// <param name="mapCountMax">vm.max_map_count.</param>
    internal static Finding Mappings(
        long largeFiles, long largeBytes, long packedBytesLeft, long mapCountMax)
    {
        long most = Residency.FilesFor(mapCountMax);
        string both = string.Create(
            CultureInfo.InvariantCulture, $"{largeFiles} large files, vm.max_map_count {mapCountMax}");
        if (largeFiles <= most)
        {
            return new(Verdict.Ok, "mappings", both);
        }
        long over = largeFiles - most;
        long overBytes = (long)((double)largeBytes / largeFiles * over);
        string remedy = string.Create(
            CultureInfo.InvariantCulture,
            $"{both}: {most} of them can be mapped, which leaves {over} with about {Megabytes(overBytes)}; "
                + $"raise it (sysctl -w vm.max_map_count={largeFiles + (2 * Residency.MappingsOfOurOwn)}), "
                + $"or content.packedFileBytes, up to which files are packed");
        return overBytes <= packedBytesLeft
            ? new(Verdict.Warn, "mappings", $"{remedy}. Until then they are packed in memory")
            : new(Verdict.Fail, "mappings", $"{remedy}. content.packedBytes has no room for them");
    }

    /// <summary>
    /// A large file is kept open so that a change of it is seen; without a descriptor its path is looked at.
    /// </summary>
    internal static Finding Descriptors(long largeFiles, long openFilesMax)
    {
        long most = Residency.DescriptorsFor(openFilesMax);
        string both = string.Create(
            CultureInfo.InvariantCulture, $"{largeFiles} large files, {openFilesMax} open files (ulimit -n)");
        return largeFiles <= most
            ? new(Verdict.Ok, "open files", both)
            : new(Verdict.Ok, "open files", string.Create(
                CultureInfo.InvariantCulture,
                $"{both}: {most} are kept open, and of the others the path is looked at, which costs 1 us a "
                    + $"request; with ulimit -n {Residency.OpenFilesWanted} all are kept open"));
    }

    /// <summary>Packed files stay in memory.</summary>
    internal static Finding Memory(long packedBytes, string information)
    {
        string line = information.Split('\n')
            .First(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        long available = 1024 * long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        string both = $"{Megabytes(packedBytes)} of packed files, {Megabytes(available)} of memory available";
        return packedBytes < available
            ? new(Verdict.Ok, "packed", both)
            : new(Verdict.Fail, "packed", $"{both}: lower content.packedBytes or content.packedFileBytes");
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
