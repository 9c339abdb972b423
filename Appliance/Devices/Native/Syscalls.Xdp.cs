using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <content>What AF_XDP needs besides: its address family, and memory that is a file.</content>
internal static unsafe partial class Syscalls
{
    public const int AddressFamilyXdp = 44;
    public const int DoNotWait = 0x40;
    public const int LevelXdp = 283;
    public const int MapPopulate = 0x8000;

    [LibraryImport(C, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetFileLength(int descriptor, long length);
}
