using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>bpf(2), which the C library does not declare.</summary>
internal static unsafe partial class Syscalls
{
    public const int BpfMapCreate = 0;
    public const int BpfMapUpdate = 2;
    public const int BpfProgramLoad = 5;
    public const int BpfTestRun = 10;
    public const int BpfLinkCreate = 28;

    private static readonly nint BpfNumber =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>A descriptor, or what the command answers.</summary>
    public static int Bpf(int command, void* attributes, uint length) =>
        (int)Call(BpfNumber, command, (nint)attributes, (nint)length);

    [LibraryImport(C, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third);
}
