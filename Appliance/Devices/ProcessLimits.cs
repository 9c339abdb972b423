namespace Straightwire.Devices;

/// <summary>Limits of the process (setrlimit(2)) that it raises while it has the privilege.</summary>
public static unsafe class ProcessLimits
{
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
}
