using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>What the sandbox and the start of the program's second image call.</summary>
internal static unsafe partial class Syscalls
{
    /// <summary>O_PATH.</summary>
    public const int OpenPath = 0x200000;

    /// <summary>F_SETFD, with 0: the descriptor stays open over execve.</summary>
    public const int SetDescriptorFlags = 2;

    /// <summary>MFD_CLOEXEC.</summary>
    public const uint MemoryFileCloseOnExec = 1;

    /// <summary>A call that the C library has no function for, by its number.</summary>
    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport(C, EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport(C, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, void* address, uint length);

    [LibraryImport(C, EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, void* limit);

    [LibraryImport(C, EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, void* limit);

    [LibraryImport(C, EntryPoint = "capset", SetLastError = true)]
    public static partial int SetCapabilities(void* header, void* data);

    [LibraryImport(C, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(int descriptor, int command, nint argument);

    [LibraryImport(
        C, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MemoryFile(string name, uint flags);

    [LibraryImport(C, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenFile(string path, int flags);
}
