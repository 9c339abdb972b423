using System.Globalization;

namespace Straightwire.Devices.Sandbox;

/// <summary>
/// The sandbox's two halves. A privileged process opens what it needs, then calls <see cref="Enter"/> and
/// executes itself at once from the same thread: Landlock and capabilities are a thread's own, and the
/// runtime has several before it runs the first line of a program. The new image calls <see cref="Seal"/>
/// once its link's devices are made.
/// </summary>
public static class ProcessSandbox
{
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
        return SeccompFilter.Install() switch
        {
            0 => null,
            int error => $"The kernel takes no seccomp filter: {NativeError.Describe(error)}",
        };
    }
}
