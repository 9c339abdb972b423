using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// Tries from inside what a program that was compiled ahead may not do with memory. This one makes code as it
/// runs, and so no more once that is forbidden: everything is done twice, and the first time is for the
/// compiler.
/// </summary>
internal static class CodeProver
{
    private const nuint PageBytes = 4096;
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int PrivateAnonymous = 0x22;
    private const int NoKey = -1;

    /// <summary>Ends the process with the number of attempts that went otherwise than they should.</summary>
    /// <param name="forbidden">By the "filter", or only for what was "written".</param>
    public static void Prove(string forbidden)
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        int protectByKey = DeniedCalls.NeverExecutable[2].On(RuntimeInformation.ProcessArchitecture);
        int end = isArm ? 94 : 231;
        bool byFilter = forbidden == "filter";
        int refused = byFilter ? NativeError.NotPermitted : NativeError.AccessDenied;
        _ = Faults(refused, byFilter, protectByKey);
        _ = Syscalls.Call(protectByKey, 0, 0, 0, NoKey);
        bool isDone = byFilter
            ? SeccompFilter.Install(makesCode: false) == 0
            : ProcessSandbox.ForbidWritableCode();
        int faults = Faults(refused, byFilter, protectByKey);
        _ = Syscalls.Call(end, isDone ? faults : -1, 0, 0, 0);
    }

    private static int Faults(int refused, bool byFilter, int protectByKey)
    {
        int faults = 0;
        nint page = Syscalls.Map(0, PageBytes, Read | Write, PrivateAnonymous, -1, 0);
        faults += page < 0 ? 1 : 0;
        faults += Syscalls.Map(0, PageBytes, Read | Write | Execute, PrivateAnonymous, -1, 0) == -1
            && NativeError.Last == refused ? 0 : 1;

        // What was never written may be executed until the filter is there: libraries are loaded so.
        bool isMapped = Syscalls.Map(0, PageBytes, Read | Execute, PrivateAnonymous, -1, 0) != -1;
        faults += isMapped == !byFilter ? 0 : 1;
        faults += Syscalls.Protect(page, PageBytes, Read | Execute) == -1
            && NativeError.Last == refused ? 0 : 1;
        faults += Syscalls.Call(protectByKey, page, (nint)PageBytes, Read | Execute, NoKey) == -1
            && NativeError.Last == refused ? 0 : 1;
        faults += Syscalls.Protect(page, PageBytes, Read) == 0 ? 0 : 1;
        return faults;
    }
}
