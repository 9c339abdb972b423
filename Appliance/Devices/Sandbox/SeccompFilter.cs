using System.Runtime.InteropServices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Sandbox;

/// <summary>
/// The seccomp filter (seccomp(2)) that a server runs under: threads, memory and files go on; what
/// <see cref="DeniedCalls"/> names does not. Calls that it allows whatever their arguments cost nothing: the
/// kernel finds them out when the filter is installed.
/// </summary>
internal static unsafe class SeccompFilter
{
    /// <summary>SECCOMP_RET_ALLOW.</summary>
    public const uint Allow = 0x7FFF0000;

    /// <summary>SECCOMP_RET_ERRNO with EPERM.</summary>
    public const uint NotPermitted = 0x00050000 | NativeError.NotPermitted;

    /// <summary>SECCOMP_RET_ERRNO with ENOSYS.</summary>
    public const uint NoSuchCall = 0x00050000 | FileOutcome.NoCall;

    /// <summary>AUDIT_ARCH_X86_64.</summary>
    public const uint ArchitectureX64 = 0xC000003E;

    /// <summary>AUDIT_ARCH_AARCH64.</summary>
    public const uint ArchitectureArm64 = 0xC00000B7;

    /// <summary>The bit of the calls of x32, which have x86-64's architecture.</summary>
    public const uint X32 = 0x40000000;

    private const nint SetModeFilter = 1;
    private const nint OnAllThreads = 1;

    // Where struct seccomp_data has them; both architectures have their low halves first.
    private const uint NumberAt = 0;
    private const uint ArchitectureAt = 4;
    private const uint FirstArgumentAt = 16;
    private const uint SecondArgumentAt = 24;
    private const uint ThirdArgumentAt = 32;

    private const uint CloneThread = 0x00010000;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.
    private const uint CloneNamespaces = 0x7E020000;

    // PROT_EXEC.
    private const uint Executable = 4;

    private const uint TerminalInput = 0x5412;
    private const uint ConsoleControl = 0x541C;

    /// <summary>The filter's instructions.</summary>
    /// <param name="architecture">What the process runs on.</param>
    /// <param name="process">Its number.</param>
    /// <param name="makesCode">
    /// It has a just-in-time compiler, and so memory that it writes and executes.
    /// </param>
    public static FilterInstruction[] Build(Architecture architecture, int process, bool makesCode)
    {
        var filter = new List<FilterInstruction>();
        Load(ArchitectureAt);
        uint expected = architecture == Architecture.Arm64 ? ArchitectureArm64 : ArchitectureX64;
        filter.Add(new(FilterInstruction.JumpIfEqual, 1, 0, expected));
        Return(NotPermitted);
        Load(NumberAt);
        if (architecture == Architecture.X64)
        {
            When(FilterInstruction.JumpIfAnySet, X32, NotPermitted);
        }
        When(FilterInstruction.JumpIfGreater, DeniedCalls.LastKnown, NoSuchCall);
        foreach (SystemCall call in DeniedCalls.Always.Where(call => call.On(architecture) >= 0))
        {
            When(FilterInstruction.JumpIfEqual, (uint)call.On(architecture), NotPermitted);
        }
        When(FilterInstruction.JumpIfEqual, (uint)DeniedCalls.Clone3.On(architecture), NoSuchCall);
        foreach (SystemCall call in DeniedCalls.OnlyOnItself)
        {
            Only(call, 4);
            Load(FirstArgumentAt);
            When(FilterInstruction.JumpIfEqual, (uint)process, Allow);
            Return(NotPermitted);
        }
        foreach (SystemCall call in makesCode ? [] : DeniedCalls.NeverExecutable)
        {
            Only(call, 4);
            Load(ThirdArgumentAt);
            When(FilterInstruction.JumpIfAnySet, Executable, NotPermitted);
            Return(Allow);
        }
        Only(DeniedCalls.Clone, 6);
        Load(FirstArgumentAt);
        When(FilterInstruction.JumpIfAnySet, CloneNamespaces, NotPermitted);
        When(FilterInstruction.JumpIfAnySet, CloneThread, Allow);
        Return(NotPermitted);
        Only(DeniedCalls.InputOutputControl, 6);
        Load(SecondArgumentAt);
        When(FilterInstruction.JumpIfEqual, TerminalInput, NotPermitted);
        When(FilterInstruction.JumpIfEqual, ConsoleControl, NotPermitted);
        Return(Allow);
        Return(Allow);
        return [.. filter];

        void Load(uint at) => filter.Add(new(FilterInstruction.Load, 0, 0, at));
        void Return(uint value) => filter.Add(new(FilterInstruction.Return, 0, 0, value));

        void When(ushort comparison, uint operand, uint result)
        {
            filter.Add(new(comparison, 0, 1, operand));
            Return(result);
        }

        // What follows is for one call; the others go on behind it.
        void Only(SystemCall call, byte length) =>
            filter.Add(new(FilterInstruction.JumpIfEqual, 0, length, (uint)call.On(architecture)));
    }

    /// <summary>
    /// Installs it on every thread of the process at once; those to come inherit it. Without
    /// no-new-privileges the kernel refuses. Returns its errno.
    /// </summary>
    public static int Install(bool makesCode)
    {
        Architecture architecture = RuntimeInformation.ProcessArchitecture;
        nint seccomp = architecture == Architecture.Arm64 ? 277 : 317;
        FilterInstruction[] filter = Build(architecture, Environment.ProcessId, makesCode);
        fixed (FilterInstruction* instructions = filter)
        {
            var program = new FilterProgram { Length = (ushort)filter.Length, Instructions = instructions };
            nint result = Syscalls.Call(seccomp, SetModeFilter, OnAllThreads, (nint)(&program), 0);

            // A positive answer is a thread that has another filter.
            return result switch { < 0 => NativeError.Last, > 0 => NativeError.Busy, _ => 0 };
        }
    }
}
