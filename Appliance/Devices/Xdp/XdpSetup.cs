using System.Text;

namespace Straightwire.Devices.Xdp;

/// <summary>The steps by which a queue is taken over; none needs a privilege.</summary>
internal static unsafe class XdpSetup
{
    private const int BindTries = 100;
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
        uint index;
        fixed (byte* name = Encoding.ASCII.GetBytes(grant.Interface + '\0'))
        {
            index = Syscalls.InterfaceIndex(name);
        }
        if (grant.Mode is XdpMode.ZeroCopy or XdpMode.Native
            && TryBind(socket, index, queue, XdpNumbers.BindZeroCopy) == 0)
        {
            return true;
        }
        int error = TryBind(socket, index, queue, XdpNumbers.BindCopy);
        for (int i = 0; error == NativeError.Busy && i < BindTries; i++)
        {
            // The kernel frees the queue of a program that has just ended a little later.
            Thread.Sleep(BindPauseMilliseconds);
            error = TryBind(socket, index, queue, XdpNumbers.BindCopy);
        }
        return error switch
        {
            0 => false,
            NativeError.Busy => throw new LinkException(
                $"Queue {queue} of {grant.Interface} has an AF_XDP socket of another program: end that."),
            _ => throw new LinkException(
                $"AF_XDP cannot be bound to queue {queue} of {grant.Interface}: " +
                $"{NativeError.Describe(error)}."),
        };
    }

    private static int TryBind(int socket, uint index, int queue, ushort how)
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
