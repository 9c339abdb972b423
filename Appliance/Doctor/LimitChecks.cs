using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Devices;

namespace Straightwire.Appliance.Doctor;

/// <summary>Limits that are each right by themselves, against what the machine and its groups have.</summary>
public static class LimitChecks
{
    // What the runtime and the log have open, and a shard.
    private const long DescriptorsOfOurOwn = 100;
    private const long DescriptorsOfShard = 8;
    private const long DescriptorsOfUpload = 2;

    /// <summary>What is too much, with the sum; the content is walked, and no file of it is read.</summary>
    public static IEnumerable<string> Faults(ApplianceOptions options)
    {
        var plan = MemoryPlan.Of(options, PackedBytes(options.ToContent()), MachineMemory.Own);
        return Findings(options, plan)
            .Where(f => f.Verdict != Verdict.Ok)
            .Select(f => $"{f.Subject}: {f.Text}");
    }

    /// <summary>Memory and descriptors.</summary>
    internal static IEnumerable<Finding> Findings(ApplianceOptions options, MemoryPlan plan) =>
    [
        new(plan.Fits ? Verdict.Ok : Verdict.Fail, "memory", plan.ToString()),
        Descriptors(options, ProcessLimits.OpenFilesMax()),
    ];

    /// <summary>Uploads have open files, and nothing else of the server's that grows.</summary>
    internal static Finding Descriptors(ApplianceOptions options, long most)
    {
        long uploads = options.Ftp.MayChange() ? DescriptorsOfUpload * options.Ftp.Uploads.Uploads : 0;
        long shards = DescriptorsOfShard * options.ToShardCount();
        long all = DescriptorsOfOurOwn + shards + uploads;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"uploads {uploads} + shards {shards} + {DescriptorsOfOurOwn} = {all} of at most {most} files");
        return all <= most
            ? new(Verdict.Ok, "descriptors", text)
            : new(
                Verdict.Warn, "descriptors",
                $"{text}: lower ftp.uploads.uploads, or raise the limit (ulimit -Hn, LimitNOFILE of a unit)");
    }

    private static long PackedBytes(ContentOptions content)
    {
        var sum = new SmallFiles(content.PackedFileMax);
        try
        {
            new ContentScan(content, NullLogger.Instance, new LeftOutLog(NullLogger.Instance), sum).Run();
        }
        catch (ContentException)
        {
            // What is wrong with it is told by who reads it.
        }
        return Math.Min(sum.Bytes, content.PackedBytesMax);
    }

    private sealed class SmallFiles(long lengthMax) : IScanned
    {
        public long Bytes { get; private set; }

        public void Add(in FoundDirectory directory)
        {
        }

        public void Add(List<FoundFile> files) =>
            Bytes += files.Where(file => file.Status.Length <= lengthMax).Sum(file => file.Status.Length);
    }
}
