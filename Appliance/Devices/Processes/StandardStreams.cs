using System.Runtime.InteropServices;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Processes;

/// <summary>Standard input, output and error.</summary>
public static unsafe partial class StandardStreams
{
    private const int Count = 3;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExecute = 1;

    /// <summary>
    /// Where a parent has closed them, the runtime has used their numbers for files and pipes of its own,
    /// and what is written to the log would end it: the program is executed once more with /dev/null in
    /// their place. Returns when all is well, or cannot be helped.
    /// </summary>
    public static void Ensure()
    {
        int[] missing = [.. Enumerable.Range(0, Count).Where(IsMissing)];
        if (missing.Length == 0)
        {
            return;
        }
        int empty;
        fixed (byte* path = "/dev/null\0"u8)
        {
            empty = Syscalls.Open(path, Syscalls.OpenReadWrite | Syscalls.CloseOnExec);
        }
        if (empty < 0)
        {
            return;
        }
        string[] arguments = NextImage.Arguments();

        // The runtime's own go with it, an instant before their time.
        foreach (int descriptor in missing)
        {
            _ = Duplicate(empty, descriptor);
        }
        _ = ProcessControl.Execute(Environment.ProcessPath ?? "/proc/self/exe", arguments);
    }

    /// <summary>
    /// A descriptor that a parent leaves is one that stays open when a program is executed.
    /// </summary>
    private static bool IsMissing(int descriptor) =>
        Syscalls.FileControl(descriptor, GetDescriptorFlags, 0) is < 0 or CloseOnExecute;

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);
}
