using System.Runtime.InteropServices;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Sandbox;

/// <summary>
/// Landlock (landlock(7)): a thread, and what it executes, may from now on open only what rules name. By its
/// system calls, since the C library has no functions for them; their numbers are the same everywhere.
/// </summary>
internal static unsafe class Landlock
{
    /// <summary>
    /// The first version that lets a file be renamed into another directory at all (Linux 5.19).
    /// </summary>
    public const int VersionMin = 2;

    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;
    private const nint AskVersion = 1;
    private const nint PathBeneath = 1;

    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadDirectory = 1 << 3;
    private const ulong RemoveDirectory = 1 << 4;
    private const ulong RemoveFile = 1 << 5;
    private const ulong MakeDirectory = 1 << 7;
    private const ulong MakeRegular = 1 << 8;
    private const ulong Refer = 1 << 13;
    private const ulong Truncate = 1 << 14;
    private const ulong DeviceControl = 1 << 15;

    /// <summary>The rights that a rule for a file may have.</summary>
    private const ulong OfFiles = Execute | WriteFile | ReadFile | Truncate | DeviceControl;

    /// <summary>Rights by version: each handles all below its bit.</summary>
    private static readonly int[] RightCounts = [0, 13, 14, 15, 15, 16];

    /// <summary>TCP's bind and connect, since version 4.</summary>
    private const ulong AllNetwork = 3;

    /// <summary>Abstract Unix sockets and signals to processes outside, since version 6.</summary>
    private const ulong AllScopes = 3;

    /// <summary>The kernel's version of it; 0 where there is none, or it is not enabled.</summary>
    public static int Version() => (int)Math.Max(0, Syscalls.Call(CreateRuleset, 0, 0, AskVersion, 0));

    /// <summary>Restricts the calling thread, for which no-new-privileges must be set.</summary>
    /// <exception cref="SandboxException">The kernel refuses.</exception>
    public static void Restrict(int version, IEnumerable<SandboxRule> rules)
    {
        ulong handled = (1UL << RightCounts[Math.Min(version, RightCounts.Length - 1)]) - 1;
        var attributes = new RulesetAttributes
        {
            Files = handled,
            Network = version >= 4 ? AllNetwork : 0,
            Scopes = version >= 6 ? AllScopes : 0,
        };
        nint size = version switch { >= 6 => 24, >= 4 => 16, _ => 8 };
        int ruleset = (int)Syscalls.Call(CreateRuleset, (nint)(&attributes), size, 0, 0);
        Check(ruleset, "makes no ruleset");
        try
        {
            foreach (SandboxRule rule in rules)
            {
                Add(ruleset, rule, handled);
            }
            Check(Syscalls.Call(RestrictSelf, ruleset, 0, 0, 0), "does not restrict this thread");
        }
        finally
        {
            _ = Syscalls.Close(ruleset);
        }
    }

    /// <summary>The rights of an access, for a directory.</summary>
    private static ulong RightsOf(SandboxAccess access) => access switch
    {
        SandboxAccess.Read => ReadFile | ReadDirectory,
        SandboxAccess.Execute => ReadFile | ReadDirectory | Execute,
        SandboxAccess.ReadWrite => ReadFile | WriteFile | Truncate | DeviceControl,
        SandboxAccess.Append => WriteFile | Truncate | MakeRegular | RemoveFile | ReadDirectory,
        _ => ReadFile | ReadDirectory | WriteFile | Truncate | MakeRegular | MakeDirectory | RemoveFile
            | RemoveDirectory | Refer,
    };

    private static void Add(int ruleset, SandboxRule rule, ulong handled)
    {
        int descriptor = Syscalls.OpenFile(rule.Path, Syscalls.OpenPath | Syscalls.CloseOnExec);
        if (descriptor < 0)
        {
            return;
        }
        ulong rights = RightsOf(rule.Access) & handled;
        var beneath = new PathAttributes
        {
            Rights = Directory.Exists(rule.Path) ? rights : rights & OfFiles,
            Parent = descriptor,
        };
        nint result = Syscalls.Call(AddRule, ruleset, PathBeneath, (nint)(&beneath), 0);
        int error = NativeError.Last;
        _ = Syscalls.Close(descriptor);

        // What has no place in a directory tree, a pipe behind /dev/stdin, is none of Landlock's.
        if (result < 0 && error != NativeError.BadState)
        {
            throw new SandboxException(
                $"Landlock takes no rule for {rule.Path}: {NativeError.Describe(error)}. " +
                "Start with --no-sandbox if this kernel's Landlock is at fault.");
        }
    }

    private static void Check(nint result, string what)
    {
        if (result < 0)
        {
            throw new SandboxException(
                $"Landlock {what}: {NativeError.Describe(NativeError.Last)}. " +
                "Start with --no-sandbox if this kernel's Landlock is at fault.");
        }
    }

    /// <summary>struct landlock_ruleset_attr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RulesetAttributes
    {
        public ulong Files;
        public ulong Network;
        public ulong Scopes;
    }

    /// <summary>struct landlock_path_beneath_attr, which is packed.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathAttributes
    {
        public ulong Rights;
        public int Parent;
    }
}
