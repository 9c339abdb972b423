using Straightwire.Devices.Native;
using Straightwire.Devices.Network;

namespace Straightwire.Devices.Xdp;

/// <summary>The steps by which a queue is taken over; none needs a privilege.</summary>
internal static unsafe class XdpSetup
{
    /// <summary>Tries of a busy queue beyond the first, and the pause before each.</summary>
    private const int BindTriesMore = 100;
    private const int BindPauseMilliseconds = 10;

    /// <summary>Maps the memory that a queue shares with the kernel.</summary>
    public static byte* MapMemory(int descriptor, XdpLayout layout)
    {
        nint mapped = Syscalls.Map(
            0,
            (nuint)layout.Length,
            Syscalls.ProtectRead | Syscalls.ProtectWrite,
            Syscalls.MapShared | Syscalls.MapPopulate,
            descriptor,
            0);
        return mapped != Syscalls.MapFailed
            ? (byte*)mapped
            : throw new LinkException(
                $"The memory of AF_XDP cannot be mapped: {NativeError.Describe(NativeError.Last)}.");
    }

    /// <summary>Where in each ring its parts are.</summary>
    public static XdpOffsets Offsets(int socket)
    {
        XdpOffsets offsets;
        uint length = (uint)sizeof(XdpOffsets);
        return Syscalls.GetSocketOption(
            socket, Syscalls.LevelXdp, XdpNumbers.MapOffsets, &offsets, &length) == 0
            ? offsets
            : throw new LinkException(
                $"The kernel does not tell of AF_XDP's rings: {NativeError.Describe(NativeError.Last)}.");
    }

    /// <summary>Frames that found no room in our memory or the receive ring.</summary>
    public static long FramesLost(int socket)
    {
        XdpStatistics statistics;
        uint length = (uint)sizeof(XdpStatistics);
        return Syscalls.GetSocketOption(
            socket, Syscalls.LevelXdp, XdpNumbers.Statistics, &statistics, &length) == 0
            ? (long)(statistics.Dropped + statistics.ReceiveRingFull)
            : 0;
    }

    /// <summary>
    /// Binds a socket to its queue, without copies if the driver can; true then. A program in the kernel's
    /// general place works with copies only.
    /// </summary>
    public static bool Bind(int socket, LinkGrant grant, int queue)
    {
        uint index = grant.Index;
        if (grant.Mode is XdpMode.ZeroCopy or XdpMode.Native
            && TryBind(socket, index, queue, XdpNumbers.BindZeroCopy) == 0)
        {
            return true;
        }
        BindWithCopies(socket, grant.Interface, index, queue);
        return false;
    }

    /// <summary>Binds a socket to a queue, whatever the driver can.</summary>
    /// <exception cref="LinkException">The kernel refuses, or the queue has another socket.</exception>
    public static void BindWithCopies(int socket, string name, uint index, int queue)
    {
        int error = TryBind(socket, index, queue, XdpNumbers.BindCopy);
        if (error != 0)
        {
            throw new LinkException(error == NativeError.Busy
                ? $"Queue {queue} of {name} has an AF_XDP socket of another program: end that."
                : $"AF_XDP cannot be bound to queue {queue} of {name}: {NativeError.Describe(error)}.");
        }
    }

    /// <summary>The kernel frees the queue of a socket that has just been closed a little later.</summary>
    private static int TryBind(int socket, uint index, int queue, ushort how)
    {
        int error = TryBindOnce(socket, index, queue, how);
        for (int i = 0; error == NativeError.Busy && i < BindTriesMore; i++)
        {
            Thread.Sleep(BindPauseMilliseconds);
            error = TryBindOnce(socket, index, queue, how);
        }
        return error;
    }

    private static int TryBindOnce(int socket, uint index, int queue, ushort how)
    {
        var address = new XdpAddress
        {
            Family = Syscalls.AddressFamilyXdp,
            Flags = (ushort)(how | XdpNumbers.BindNeedWakeup),
            Interface = index,
            Queue = (uint)queue,
        };
        return Syscalls.Bind(socket, &address, (uint)sizeof(XdpAddress)) == 0 ? 0 : NativeError.Last;
    }
}
