using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>One piece of memory of readv, writev and process_vm_readv (struct iovec).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public nuint Address;
    public nuint Length;
}

/// <summary>One descriptor of ppoll (struct pollfd).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary>A relative time (struct timespec).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary>
/// The system calls that this program makes itself, as the C library declares them. Each answers −1 (mmap
/// too) on failure; <see cref="NativeError.Last"/> is then its errno.
/// </summary>
internal static unsafe partial class Syscalls
{
    public const int OpenReadWrite = 2;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int ProtectRead = 1;
    public const int ProtectWrite = 2;
    public const int MapShared = 1;
    public const int MapPrivate = 2;
    public const int MapFixed = 0x10;
    public const int MapAnonymous = 0x20;
    public const nint MapFailed = -1;
    public const int AdviceWillNeed = 3;

    /// <summary>MADV_POPULATE_READ, since Linux 5.14.</summary>
    public const int AdvicePopulateRead = 22;

    public const short PollIn = 1;
    public const short PollOut = 4;

    public const int AddressFamilyNetlink = 16;
    public const int SocketRaw = 3;

    /// <summary>CLONE_NEWNET.</summary>
    public const int NewNetwork = 0x40000000;

    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "open", SetLastError = true)]
    public static partial int Open(byte* path, int flags);

    [LibraryImport(C, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(C, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoControl(int descriptor, nuint request, nuint argument);

    [LibraryImport(C, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport(C, EntryPoint = "writev", SetLastError = true)]
    public static partial nint WriteVector(int descriptor, IoVector* vectors, int count);

    [LibraryImport(C, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(
        PollDescriptor* descriptors, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport(C, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(C, EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int WatchDescriptor(int flags);

    [LibraryImport(C, EntryPoint = "inotify_add_watch", SetLastError = true)]
    public static partial int AddWatch(int descriptor, byte* path, uint events);

    [LibraryImport(C, EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int RemoveWatch(int descriptor, int watch);

    [LibraryImport(C, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(C, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport(C, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, void* buffer, nuint length, int flags);

    /// <summary>0 on failure.</summary>
    [LibraryImport(C, EntryPoint = "if_nametoindex", SetLastError = true)]
    public static partial uint InterfaceIndex(byte* name);

    [LibraryImport(C, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(
        nint at, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(C, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport(C, EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport(C, EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport(C, EntryPoint = "process_vm_readv", SetLastError = true)]
    public static partial nint ReadProcess(
        int process, IoVector* local, nuint localCount, IoVector* remote, nuint remoteCount, nuint flags);

    [LibraryImport(C, EntryPoint = "getrandom", SetLastError = true)]
    public static partial nint GetRandom(void* buffer, nuint length, uint flags);

    [LibraryImport(C, EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int thread, nuint length, void* mask);

    [LibraryImport(C, EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int thread, nuint length, void* mask);

    /// <summary>Of the calling thread only: how a test gets a network of its own.</summary>
    [LibraryImport(C, EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);
}
