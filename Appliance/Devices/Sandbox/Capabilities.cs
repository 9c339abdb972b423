using System.Runtime.InteropServices;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Sandbox;

/// <summary>Capabilities of the calling thread (capabilities(7)).</summary>
internal static unsafe class Capabilities
{
    private const int CapabilityMax = 64;
    private const uint Version3 = 0x20080522;

    private const int DropFromBoundingSet = 24;
    private const int SetSecureBits = 28;
    private const int SetNoNewPrivileges = 38;
    private const int Ambient = 47;
    private const nuint ClearAmbient = 4;

    // NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE with their locks, and the lock of KEEP_CAPS: to be
    // root, or to become it, gives no capability any more.
    private const nuint RootIsNothing = 0xEF;

    /// <summary>No program that this thread executes gets more than the thread has.</summary>
    /// <exception cref="SandboxException">The kernel refuses.</exception>
    public static void ForbidNew()
    {
        if (Syscalls.ProcessControl(SetNoNewPrivileges, 1, 0, 0, 0) < 0)
        {
            throw Refused("no-new-privileges");
        }
    }

    /// <summary>
    /// Gives up every capability, also those that an execve as root would give back. The bounding set and the
    /// secure bits need CAP_SETPCAP; who has it not has the less to lose, and no-new-privileges holds.
    /// </summary>
    /// <exception cref="SandboxException">The kernel refuses.</exception>
    public static void DropAll()
    {
        for (nuint capability = 0; capability < CapabilityMax; capability++)
        {
            _ = Syscalls.ProcessControl(DropFromBoundingSet, capability, 0, 0, 0);
        }
        _ = Syscalls.ProcessControl(SetSecureBits, RootIsNothing, 0, 0, 0);
        _ = Syscalls.ProcessControl(Ambient, ClearAmbient, 0, 0, 0);
        var header = new Header { Version = Version3 };
        Sets* none = stackalloc Sets[2];
        none[0] = none[1] = default;
        if (Syscalls.SetCapabilities(&header, none) < 0)
        {
            throw Refused("the dropping of capabilities");
        }
    }

    private static SandboxException Refused(string what) => new(
        $"The kernel refuses {what}: {NativeError.Describe(NativeError.Last)}. Start with --no-sandbox.");

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Version;
        public int Process;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Sets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
