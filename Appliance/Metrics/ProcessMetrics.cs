using System.Diagnostics;
using System.IO.Enumeration;
using Straightwire.Devices.Files;
using Straightwire.Devices.Processes;
using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Metrics;

/// <summary>
/// What every program tells of its process, by the names that Prometheus' client libraries have for it, and
/// what the runtime takes of that.
/// </summary>
internal sealed class ProcessMetrics
{
    private const string DescriptorTable = "/proc/self/fd";

    private static readonly byte[] DescriptorTablePath = [.. "/proc/self/fd\0"u8];

    private readonly double _startUnixSeconds = StartUnixSeconds();

    /// <summary>Writes what there is to tell of the process now.</summary>
    public void Write(MetricsText text)
    {
        text.Counter("process_cpu_seconds",
            "Processor time, the kernel's for it included.", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Gauge("process_resident_memory_bytes", "Memory that is in use.", Environment.WorkingSet);
        text.Gauge("process_start_time_seconds",
            "When the process started, in seconds since 1970.", _startUnixSeconds);
        text.Gauge("process_open_fds", "File descriptors that are open.", OpenFiles());
        text.Gauge("process_max_fds",
            "File descriptors that may be open.", ProcessLimits.OpenFilesMax());
        text.Gauge("managed_memory_bytes",
            "Bytes of the managed heap, those never touched included.", GC.GetTotalMemory(false));
        text.Counter("managed_collections", "Collections of the managed heap.", GC.CollectionCount(0));
    }

    private static double StartUnixSeconds()
    {
        using Process process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    // From Linux 6.2 on the length of the directory is their number. Before, they are counted, which takes a
    // microsecond each and makes no strings.
    private static long OpenFiles() =>
        FileTree.TryLook(DescriptorTablePath, mayWait: true, out FileStatus status) && status.Length > 0
            ? status.Length
            : new FileSystemEnumerable<bool>(DescriptorTable, (ref FileSystemEntry _) => true).Count();
}
