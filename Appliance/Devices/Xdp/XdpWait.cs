using Straightwire.Stack.Time;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// Sleeps until an AF_XDP socket, a packet socket beside it, or another thread has something.
/// </summary>
internal sealed unsafe class XdpWait : IDisposable
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    private readonly int _socket;
    private readonly int _arp;
    private readonly int _wake;
    private readonly Lock _wakeLock = new();
    private bool _disposed;

    /// <summary>Makes the eventfd.</summary>
    /// <param name="socket">The AF_XDP socket.</param>
    /// <param name="arp">The packet socket; −1: there is none.</param>
    /// <exception cref="LinkException">The kernel has none for us.</exception>
    public XdpWait(int socket, int arp)
    {
        (_socket, _arp) = (socket, arp);
        _wake = Syscalls.EventDescriptor(0, Syscalls.NonBlocking | Syscalls.CloseOnExec);
        if (_wake < 0)
        {
            throw new LinkException(
                $"The kernel gives no eventfd: {NativeError.Describe(NativeError.Last)}.");
        }
    }

    /// <summary>The last wait saw ARP.</summary>
    public bool IsArpReady { get; private set; }

    /// <summary>The error that the socket has told, or 0.</summary>
    public int Error { get; private set; }

    /// <summary>As <see cref="Stack.Link.ILinkDevice.Wait"/>.</summary>
    public void Wait(Instant deadline, bool forRoom)
    {
        TimeSpec left = default;
        if (deadline != Instant.Never)
        {
            long nanoseconds = Math.Max(0, deadline.Since(MonotonicClock.Now));
            left.Seconds = nanoseconds / NanosecondsPerSecond;
            left.Nanoseconds = nanoseconds % NanosecondsPerSecond;
        }

        // The kernel passes over a descriptor that is negative.
        PollDescriptor* polled = stackalloc PollDescriptor[3];
        polled[0].Descriptor = _socket;
        polled[0].Events = (short)(Syscalls.PollIn | (forRoom ? Syscalls.PollOut : 0));
        polled[1].Descriptor = _wake;
        polled[1].Events = Syscalls.PollIn;
        polled[2].Descriptor = _arp;
        polled[2].Events = Syscalls.PollIn;

        // A failure is an interruption by a signal, and whoever waits looks around anyway.
        _ = Syscalls.Poll(polled, 3, deadline == Instant.Never ? null : &left, signals: null);
        if (polled[1].Returned != 0)
        {
            ulong wakes;
            _ = Syscalls.Read(_wake, &wakes, sizeof(ulong));
        }
        if ((polled[0].Returned & Syscalls.PollError) != 0)
        {
            int error;
            uint length = sizeof(int);
            _ = Syscalls.GetSocketOption(
                _socket, Syscalls.LevelSocket, Syscalls.SocketError, &error, &length);
            Error = error;
        }
        IsArpReady = polled[2].Returned != 0;
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
