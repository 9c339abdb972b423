using Straightwire.Stack.Time;

namespace Straightwire.Devices.Native;

/// <summary>
/// Sleeps until a descriptor of somebody else's is ready or another thread wakes it: an eventfd and ppoll.
/// </summary>
internal sealed unsafe class DescriptorWait : IDisposable
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    private readonly int _wake;
    private readonly Lock _wakeLock = new();
    private bool _disposed;

    /// <summary>Makes the eventfd by which another thread ends the wait.</summary>
    /// <exception cref="LinkException">The kernel has none for us.</exception>
    public DescriptorWait()
    {
        _wake = Syscalls.EventDescriptor(0, Syscalls.NonBlocking | Syscalls.CloseOnExec);
        if (_wake < 0)
        {
            throw new LinkException(
                $"The kernel gives no eventfd: {NativeError.Describe(NativeError.Last)}.");
        }
    }

    /// <summary>The last <see cref="Wait"/> saw something on the descriptor beside.</summary>
    public bool IsBesideReady { get; private set; }

    /// <summary>
    /// As <see cref="Stack.Link.ILinkDevice.Wait"/>, on <paramref name="descriptor"/>; whether that has an
    /// error to tell.
    /// </summary>
    /// <param name="descriptor">To receive from, and to send by.</param>
    /// <param name="forRoom">Until it takes more, too.</param>
    /// <param name="deadline">No longer than this.</param>
    /// <param name="beside">Another to receive from; −1: none, and the kernel passes over it.</param>
    public bool Wait(int descriptor, bool forRoom, Instant deadline, int beside = -1)
    {
        TimeSpec left = default;
        if (deadline != Instant.Never)
        {
            long nanoseconds = Math.Max(0, deadline.Since(MonotonicClock.Now));
            left.Seconds = nanoseconds / NanosecondsPerSecond;
            left.Nanoseconds = nanoseconds % NanosecondsPerSecond;
        }
        PollDescriptor* polled = stackalloc PollDescriptor[3];
        polled[0].Descriptor = descriptor;
        polled[0].Events = (short)(Syscalls.PollIn | (forRoom ? Syscalls.PollOut : 0));
        polled[1].Descriptor = _wake;
        polled[1].Events = Syscalls.PollIn;
        polled[2].Descriptor = beside;
        polled[2].Events = Syscalls.PollIn;

        // A failure is an interruption by a signal, and whoever waits looks around anyway.
        _ = Syscalls.Poll(polled, 3, deadline == Instant.Never ? null : &left, signals: null);
        if (polled[1].Returned != 0)
        {
            ulong wakes;
            _ = Syscalls.Read(_wake, &wakes, sizeof(ulong));
        }
        IsBesideReady = polled[2].Returned != 0;
        return (polled[0].Returned & Syscalls.PollError) != 0;
    }

    /// <summary>Whether <paramref name="descriptor"/> takes more now; never blocks.</summary>
    public static bool IsWritable(int descriptor)
    {
        PollDescriptor polled = new() { Descriptor = descriptor, Events = Syscalls.PollOut };
        TimeSpec none = default;
        return Syscalls.Poll(&polled, 1, &none, signals: null) > 0;
    }

    /// <summary>Ends a <see cref="Wait"/>, now or the next one; from any thread.</summary>
    public void Wake()
    {
        lock (_wakeLock)
        {
            if (!_disposed)
            {
                ulong one = 1;
                _ = Syscalls.Write(_wake, &one, sizeof(ulong));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_wakeLock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = Syscalls.Close(_wake);
            }
        }
    }
}
