using Straightwire.Devices.Native;

namespace Straightwire.Devices.Processes;

/// <summary>Limits of the process (setrlimit(2)) that it raises while it has the privilege.</summary>
public static unsafe class ProcessLimits
{
    private const int OpenFiles = 7;
    private const int LockedMemory = 8;
    private const ulong Unlimited = ulong.MaxValue;

    /// <summary>
    /// Lifts the limit of locked memory, which the rings of AF_XDP count against. What is refused shows when
    /// the rings are made, and is told there.
    /// </summary>
    public static void RaiseLockedMemory()
    {
        ulong* limit = stackalloc ulong[2];
        limit[0] = limit[1] = Unlimited;
        _ = Syscalls.SetLimit(LockedMemory, limit);
    }

    /// <summary>
    /// Lets the process have more files open than its hard limit says, as many as wanted, where it has the
    /// privilege. The runtime raises the soft limit to the hard one itself.
    /// </summary>
    public static void RaiseOpenFiles(ulong wanted)
    {
        ulong* limit = stackalloc ulong[2];
        if (Syscalls.GetLimit(OpenFiles, limit) == 0 && limit[1] < wanted)
        {
            limit[0] = limit[1] = wanted;
            _ = Syscalls.SetLimit(OpenFiles, limit);
        }
    }

    /// <summary>Files that the process may have open.</summary>
    public static long OpenFilesMax()
    {
        ulong* limit = stackalloc ulong[2];
        return Syscalls.GetLimit(OpenFiles, limit) == 0 ? (long)Math.Min(limit[0], long.MaxValue) : 1024;
    }
}
