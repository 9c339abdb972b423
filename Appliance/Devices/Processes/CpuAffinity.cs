using Straightwire.Devices.Native;

namespace Straightwire.Devices.Processes;

/// <summary>
/// Which processors this process may use (taskset, cpuset), and the pinning of threads to them.
/// </summary>
public static unsafe class CpuAffinity
{
    /// <summary>
    /// Processors that a mask has room for; the kernel refuses a mask smaller than its own, at most 8192.
    /// </summary>
    private const int ProcessorMax = 8192;

    private const int MaskLength = ProcessorMax / 64;

    /// <summary>
    /// The processors that the process was given, in ascending order; pinned threads do not change them.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The kernel does not say.</exception>
    public static int[] Allowed()
    {
        ulong* mask = stackalloc ulong[MaskLength];
        if (Syscalls.GetAffinity(Environment.ProcessId, MaskLength * sizeof(ulong), mask) < 0)
        {
            throw new PlatformNotSupportedException(
                $"sched_getaffinity: {NativeError.Describe(NativeError.Last)}");
        }
        var processors = new List<int>();
        for (int i = 0; i < ProcessorMax; i++)
        {
            if ((mask[i / 64] & (1UL << (i % 64))) != 0)
            {
                processors.Add(i);
            }
        }
        return [.. processors];
    }

    /// <summary>
    /// Lets the calling thread run on one processor only. Call from a thread that is never the pool's.
    /// </summary>
    /// <exception cref="ArgumentException">The process may not use that processor.</exception>
    public static void PinCurrentThread(int processor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(processor);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(processor, ProcessorMax);
        ulong* mask = stackalloc ulong[MaskLength];
        mask[processor / 64] = 1UL << (processor % 64);
        if (Syscalls.SetAffinity(thread: 0, MaskLength * sizeof(ulong), mask) < 0)
        {
            throw new ArgumentException(
                $"The thread cannot be pinned to CPU {processor}: " +
                $"{NativeError.Describe(NativeError.Last)}. " +
                $"This process may use CPUs {string.Join(", ", Allowed())}.", nameof(processor));
        }
    }
}
