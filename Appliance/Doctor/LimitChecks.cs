using System.Globalization;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.Doctor;

/// <summary>Limits that are each right by themselves, against what the machine and its groups have.</summary>
public static class LimitChecks
{
    // What the runtime and the log have open, and a shard.
    private const long DescriptorsOfOurOwn = 100;
    private const long DescriptorsOfShard = 8;

    /// <summary>What is too much, with the sum; the content is walked, and no file of it is read.</summary>
    public static IEnumerable<string> Faults(ApplianceOptions options)
    {
        ContentOptions content = options.ToContent();
        // What is wrong with the content itself is told by who reads it.
        var count = ContentCount.Of(content, out _);
        return Findings(options, content, count)
            .Where(f => f.Verdict == Verdict.Fail || (f.Verdict == Verdict.Warn && f.Subject != "mappings"))
            .Select(f => $"{f.Subject}: {f.Text}");
    }

    /// <summary>Mappings, memory and descriptors, for content that was walked.</summary>
    internal static IEnumerable<Finding> Findings(
        ApplianceOptions options, ContentOptions content, ContentCount count) =>
    [
        Mappings(
            count.LargeFiles,
            count.LargeBytes,
            content.PackedBytesMax - count.SmallBytes,
            Residency.MappingMax()),
        .. Findings(options, count.PackedBytes, Math.Min(count.LargeFiles, Residency.FileMax)),
    ];

    /// <summary>Judges memory and descriptors against what there is.</summary>
    internal static IEnumerable<Finding> Findings(
        ApplianceOptions options, long packedBytes, long largeFiles)
    {
        var plan = MemoryPlan.Of(options, packedBytes, MachineMemory.Own);
        return
        [
            new(plan.Fits ? Verdict.Ok : Verdict.Fail, "memory", plan.ToString()),
            Descriptors(options, largeFiles, ProcessLimits.OpenFilesMax()),
        ];
    }

    /// <summary>
    /// Each large file is one mapping; those beyond what the system allows are packed as long as there is
    /// room, and the rest is not served.
    /// </summary>
    /// <param name="largeFiles">Files that want a mapping.</param>
    /// <param name="largeBytes">Bytes of the files that are mapped.</param>
    /// <param name="packedBytesLeft">Bytes that may be packed besides small files.</param>
    /// <param name="mapCountMax">Mappings that a process may have (vm.max_map_count).</param>
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
    /// Services have open files; a large file is kept open so that a change of it is seen, and without a
    /// descriptor its path is looked at. Nothing else of the server's grows.
    /// </summary>
    internal static Finding Descriptors(ApplianceOptions options, long largeFiles, long most)
    {
        DescriptorPart[] services = [.. options.Services.SelectMany(plan => plan.Descriptors())];
        long shards = DescriptorsOfShard * options.ToShardCount();
        long kept = Math.Min(largeFiles, Residency.DescriptorsFor(most));
        long all = DescriptorsOfOurOwn + shards + services.Sum(part => part.Count) + kept;
        string sum = kept == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"large files {kept} + ");
        string parts = string.Create(
            CultureInfo.InvariantCulture,
            $"{sum}{Sum(services)}shards {shards} + {DescriptorsOfOurOwn}");
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{parts} = {all} of at most {most} files");
        if (all > most)
        {
            string lower = string.Concat(
                services.OrderByDescending(part => part.Count).Take(1)
                    .Select(part => $"lower {part.Key}, or "));
            return new(
                Verdict.Warn, "descriptors",
                $"{text}: {lower}raise the limit (ulimit -Hn, LimitNOFILE of a unit)");
        }
        return new(Verdict.Ok, "descriptors", kept == largeFiles ? text : string.Create(
            CultureInfo.InvariantCulture,
            $"{text}; of {largeFiles - kept} more large files the path is looked at, which costs 1 us a "
                + $"request: with ulimit -n {Residency.OpenFilesWanted} all are kept open"));
    }

    private static string Sum(IEnumerable<DescriptorPart> parts) => string.Concat(
        parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.What} {part.Count} + ")));

    /// <summary>A number of bytes for people: "1.5 MB".</summary>
    internal static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}
