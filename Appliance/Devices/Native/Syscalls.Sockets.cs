using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>A message of sendmmsg (struct mmsghdr).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageHeader
{
    public nuint Name;
    public uint NameLength;
    public nuint Vectors;
    public nuint VectorCount;
    public nuint Control;
    public nuint ControlLength;
    public uint Flags;

    /// <summary>What was sent of it.</summary>
    public uint Length;

    private readonly uint _padding;
}

/// <content>Sockets of address families that are no networks: netlink, packet.</content>
internal static unsafe partial class Syscalls
{
    public const int AddressFamilyPacket = 17;
    public const int SocketNonBlocking = NonBlocking;

    public const int LevelSocket = 1;
    public const int LevelPacket = 263;

    /// <summary>SO_ERROR: the socket's error, which is cleared.</summary>
    public const int SocketError = 4;

    /// <summary>SO_SNDBUF.</summary>
    public const int SendBuffer = 7;

    /// <summary>SO_RCVBUF.</summary>
    public const int ReceiveBuffer = 8;

    /// <summary>SO_ATTACH_FILTER.</summary>
    public const int AttachFilter = 26;

    /// <summary>SO_SNDBUFFORCE: beyond the system's limit.</summary>
    public const int SendBufferForce = 32;

    /// <summary>SO_RCVBUFFORCE: beyond the system's limit.</summary>
    public const int ReceiveBufferForce = 33;

    /// <summary>MSG_TRUNC: the length of the message, not that of what was read of it.</summary>
    public const int MessageTruncated = 0x20;

    public const short PollError = 8;

    [LibraryImport(C, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, void* address, uint length);

    [LibraryImport(C, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int descriptor, void* address, uint* length);

    [LibraryImport(C, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(
        int descriptor, int level, int option, void* value, uint length);

    [LibraryImport(C, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(
        int descriptor, int level, int option, void* value, uint* length);

    /// <summary>How many messages were sent; an error is told only when that is none.</summary>
    [LibraryImport(C, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(int descriptor, MessageHeader* messages, uint count, int flags);
}
