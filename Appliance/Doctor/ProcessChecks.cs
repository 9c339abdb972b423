using System.Globalization;
using System.Runtime.InteropServices;
using Straightwire.Appliance.Options;
using Straightwire.Devices.Packet;
using Straightwire.Devices.Sandbox;
using Straightwire.Devices.Tap;
using Straightwire.Devices.Xdp;

namespace Straightwire.Appliance.Doctor;

/// <summary>What the process may do, and what the kernel has.</summary>
internal static class ProcessChecks
{
    /// <summary>An AF_XDP queue's frames, in locked memory, and some room.</summary>
    private const long LockedBytesWanted = 32L << 20;

    private const string SeccompActions = "/proc/sys/kernel/seccomp/actions_avail";
    private const string WholeMachine = "4294967295";

    /// <summary>Judges privileges, the kernel and what it gives this process.</summary>
    public static IEnumerable<Finding> Run(ApplianceOptions options)
    {
        bool isTap = options.Link.Interface is null || options.Link.Kind == LinkChoice.Tap;
        var capabilities = CapabilitySet.Read(File.ReadAllText("/proc/thread-self/status"));
        yield return new(
            Verdict.Ok, "system",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Linux {Environment.OSVersion.Version}, {RuntimeInformation.ProcessArchitecture}, "
                    + $"{Environment.ProcessorCount} CPUs"));
        yield return Privileges(capabilities, isTap);
        yield return UserNamespace(File.ReadAllText("/proc/self/uid_map"), isTap);
        yield return Sandbox(
            ProcessSandbox.LandlockVersion(),
            File.Exists(SeccompActions) ? File.ReadAllText(SeccompActions) : "", options.Server.Sandbox);
        if (isTap)
        {
            string? fault = TapInterface.Probe(options.ToTap().ControlPath);
            yield return Feature("tun", "the control device of TAPs opens", fault);
            yield break;
        }
        yield return Feature("packet", "packet sockets", PacketInterface.Probe());
        yield return Feature("xdp", "AF_XDP sockets", XdpInterface.ProbeSocket());
        yield return Feature("bpf", "XDP programs load", XdpInterface.ProbeProgram());
        yield return LockedMemory(File.ReadAllText("/proc/self/limits"), capabilities);
    }

    /// <summary>What is missing, by name, and what for.</summary>
    internal static Finding Privileges(CapabilitySet capabilities, bool isTap)
    {
        (string Name, string Purpose)[] wanted = isTap
            ? [("NET_ADMIN", "make the TAP")]
            :
            [
                ("NET_RAW", "open the interface"),
                ("NET_ADMIN", "share an address with the kernel, and for AF_XDP"),
                ("BPF", "share an address with the kernel, and for AF_XDP"),
            ];
        string[] missing =
        [
            .. wanted.Where(w => !capabilities.Has(w.Name))
                .Select(w => $"CAP_{w.Name} is needed to {w.Purpose}"),
        ];
        return missing.Length == 0
            ? new(Verdict.Ok, "privileges", string.Join(", ", wanted.Select(w => $"CAP_{w.Name}")))
            : new(
                Verdict.Warn, "privileges",
                $"{capabilities}; {string.Join("; ", missing)}: run as root, or give a container or a unit "
                    + "the capability");
    }

    /// <summary>What the server shuts itself in with, once its link is open.</summary>
    internal static Finding Sandbox(int? landlock, string seccompActions, bool isWanted)
    {
        bool hasSeccomp = seccompActions.Split(' ').Contains("errno");
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Landlock {landlock?.ToString(CultureInfo.InvariantCulture) ?? "missing"}, "
                + $"seccomp {(hasSeccomp ? "there" : "missing")}{(isWanted ? "" : ", turned off")}");
        return (landlock, hasSeccomp, isWanted) switch
        {
            (not null, true, true) => new(Verdict.Ok, "sandbox", text),
            (null, true, true) => new(
                Verdict.Warn, "sandbox",
                $"{text}: files are not restricted; boot a kernel since 5.19 with lsm=landlock,..."),
            (_, false, true) => new(
                Verdict.Warn, "sandbox", $"{text}: system calls are not restricted; give the kernel "
                    + "CONFIG_SECCOMP_FILTER"),
            _ => new(Verdict.Warn, "sandbox", $"{text}: serve without --no-sandbox"),
        };
    }

    /// <summary>Capabilities of a user namespace are good for its own networks only.</summary>
    internal static Finding UserNamespace(string map, bool isTap)
    {
        string[] words = map.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        bool isFirst = words is ["0", "0", WholeMachine];
        return new(
            isFirst || isTap ? Verdict.Ok : Verdict.Warn, "namespace",
            isFirst
                ? "the machine's own users"
                : "a user namespace: its capabilities are good for networks of its own, and no program can "
                    + "be attached to an interface (no AF_XDP, no address shared with the kernel)");
    }

    /// <summary>AF_XDP's frames are locked memory, which CAP_IPC_LOCK has without limit.</summary>
    internal static Finding LockedMemory(string limits, CapabilitySet capabilities)
    {
        const string Name = "Max locked memory";
        string line = limits.Split('\n').First(l => l.StartsWith(Name, StringComparison.Ordinal));
        string soft = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        bool isEnough = capabilities.Has("IPC_LOCK")
            || !long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            || bytes >= LockedBytesWanted;
        return isEnough
            ? new(Verdict.Ok, "memlock", capabilities.Has("IPC_LOCK") ? "without limit" : $"{soft} bytes")
            : new(
                Verdict.Warn, "memlock",
                $"{soft} bytes of locked memory, too few for AF_XDP: raise the limit (ulimit -l unlimited, "
                    + "LimitMEMLOCK=infinity of a unit, --ulimit memlock=-1 of a container)");
    }

    private static Finding Feature(string subject, string what, string? fault) =>
        string.IsNullOrEmpty(fault)
            ? new(Verdict.Ok, subject, what)
            : new(Verdict.Warn, subject, $"no: {fault}");
}
