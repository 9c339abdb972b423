using System.Globalization;
using System.Runtime.CompilerServices;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Sandbox;

/// <summary>
/// The sandbox's two halves. A privileged process opens what it needs, then calls <see cref="Enter"/> and
/// executes itself at once from the same thread: Landlock and capabilities are a thread's own, and the
/// runtime has several before it runs the first line of a program. The new image calls <see cref="Seal"/>
/// once its link's devices are made.
/// </summary>
public static class ProcessSandbox
{
    // PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN.
    private const int SetDenyWriteExecute = 65;
    private const nuint RefuseExecuteGain = 1;

    /// <summary>
    /// Whether the program makes machine code as it runs. One that was compiled ahead does not, so that no
    /// memory of it may ever be made executable.
    /// </summary>
    public static bool MakesCode => RuntimeFeature.IsDynamicCodeCompiled;

    /// <summary>The kernel's version of Landlock; null: none that the sandbox can use.</summary>
    public static int? LandlockVersion() =>
        Landlock.Version() is var version and >= Landlock.VersionMin ? version : null;

    /// <summary>
    /// Restricts the calling thread to files that rules name, and takes all of its capabilities. Returns what
    /// this kernel has no Landlock for, as a sentence; null when files are restricted.
    /// </summary>
    /// <exception cref="SandboxException">The kernel refuses what it has.</exception>
    public static string? Enter(IEnumerable<SandboxRule> rules)
    {
        Capabilities.ForbidNew();
        if (!MakesCode)
        {
            _ = ForbidWritableCode();
        }
        int version = Landlock.Version();
        if (version >= Landlock.VersionMin)
        {
            Landlock.Restrict(version, rules);
        }
        Capabilities.DropAll();
        return version switch
        {
            >= Landlock.VersionMin => null,
            0 => "This kernel has no Landlock, or it is not enabled (lsm=landlock,... on its command line)",
            _ => string.Create(CultureInfo.InvariantCulture,
                $"This kernel's Landlock is version {version}; {Landlock.VersionMin} is needed"),
        };
    }

    /// <summary>
    /// Denies every thread, now and later, the system calls that a server with an open link never makes.
    /// Returns why it cannot; null when it is done.
    /// </summary>
    public static string? Seal()
    {
        // A process that was not executed by Enter's may lack it, and the filter's other threads get it too.
        Capabilities.ForbidNew();
        return SeccompFilter.Install(MakesCode) switch
        {
            0 => null,
            int error => $"The kernel takes no seccomp filter: {NativeError.Describe(error)}",
        };
    }

    /// <summary>
    /// What was written is executed no more, in this image and the next one, which loads its libraries before
    /// it seals itself. Kernels before Linux 6.3 have no such thing. Returns whether it is done.
    /// </summary>
    internal static bool ForbidWritableCode() =>
        Syscalls.ProcessControl(SetDenyWriteExecute, RefuseExecuteGain, 0, 0, 0) == 0;
}
