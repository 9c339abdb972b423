using System.Globalization;

namespace Straightwire.Appliance.Doctor;

/// <summary>Capabilities by name (capabilities(7)).</summary>
/// <param name="Bits">One for each, the first lowest.</param>
public readonly record struct CapabilitySet(ulong Bits)
{
    // linux/capability.h, in the order of its numbers.
    private static readonly string[] Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK",
        "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN",
        "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE",
        "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND",
        "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>Whether it has one, by its name without CAP_; CAP_SYS_ADMIN is all of CAP_BPF too.</summary>
    public bool Has(string name) =>
        (Bits & (1UL << Array.IndexOf(Names, name))) != 0 || (name == "BPF" && Has("SYS_ADMIN"));

    /// <summary>Whether it has all that are known.</summary>
    public bool IsFull => (Bits & AllBits) == AllBits;

    /// <summary>The effective ones in the text of /proc/self/status.</summary>
    public static CapabilitySet Read(string status)
    {
        string line = status.Split('\n')
            .FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal)) ?? "CapEff:0";
        return new CapabilitySet(ulong.Parse(
            line.AsSpan("CapEff:".Length).Trim(), NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture));
    }

    /// <summary>Their names, as people write them.</summary>
    public override string ToString()
    {
        ulong bits = Bits;
        string[] names = [.. Names.Where((_, i) => (bits & (1UL << i)) != 0).Select(name => "CAP_" + name)];
        return IsFull ? "all capabilities" : names.Length == 0 ? "no capability" : string.Join(", ", names);
    }

    private static ulong AllBits => (1UL << Names.Length) - 1;
}
