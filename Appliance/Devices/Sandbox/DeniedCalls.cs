using System.Runtime.InteropServices;

namespace Straightwire.Devices.Sandbox;

/// <summary>A system call's number on the architectures that this program is built for.</summary>
/// <param name="Name">As its manual page has it.</param>
/// <param name="X64">Its number on x86-64.</param>
/// <param name="Arm64">Its number on AArch64; -1: there is none.</param>
internal readonly record struct SystemCall(string Name, int X64, int Arm64)
{
    /// <summary>Its number on an architecture.</summary>
    public int On(Architecture architecture) => architecture == Architecture.Arm64 ? Arm64 : X64;
}

/// <summary>
/// The system calls that a server with its link open never makes: each opens a way to the network, to other
/// programs, to other processes, or into parts of the kernel with a history.
/// </summary>
internal static class DeniedCalls
{
    /// <summary>Refused with EPERM, whatever their arguments.</summary>
    public static readonly SystemCall[] Always =
    [
        // New ways to the network. What a link needs of its sockets is done before.
        new("socket", 41, 198), new("socketpair", 53, 199), new("connect", 42, 203), new("bind", 49, 200),
        new("listen", 50, 201), new("accept", 43, 202), new("accept4", 288, 242),
        new("setsockopt", 54, 208),

        // Other programs and other processes.
        new("execve", 59, 221), new("execveat", 322, 281), new("fork", 57, -1), new("vfork", 58, -1),
        new("ptrace", 101, 117), new("process_vm_writev", 311, 271), new("process_madvise", 440, 440),
        new("process_mrelease", 448, 448), new("kcmp", 312, 272), new("pidfd_open", 434, 434),
        new("pidfd_getfd", 438, 438), new("pidfd_send_signal", 424, 424), new("tkill", 200, 130),
        new("rt_sigqueueinfo", 129, 138), new("rt_tgsigqueueinfo", 297, 240),
        new("migrate_pages", 256, 238), new("move_pages", 279, 239),
        new("shmget", 29, 194), new("shmat", 30, 196), new("semget", 64, 190), new("msgget", 68, 186),
        new("mq_open", 240, 180),

        // File systems, namespaces, and files by other ways than their names.
        new("mount", 165, 40), new("umount2", 166, 39), new("pivot_root", 155, 41), new("chroot", 161, 51),
        new("open_tree", 428, 428), new("move_mount", 429, 429), new("fsopen", 430, 430),
        new("fsconfig", 431, 431), new("fsmount", 432, 432), new("fspick", 433, 433),
        new("mount_setattr", 442, 442), new("unshare", 272, 97), new("setns", 308, 268),
        new("name_to_handle_at", 303, 264), new("open_by_handle_at", 304, 265),
        new("fanotify_init", 300, 262), new("mknod", 133, -1), new("mknodat", 259, 33),
        new("swapon", 167, 224), new("swapoff", 168, 225), new("quotactl", 179, 60),
        new("quotactl_fd", 443, 443), new("acct", 163, 89), new("uselib", 134, -1),
        new("nfsservctl", 180, 42), new("lookup_dcookie", 212, 18),

        // Parts of the kernel that this program has no use for.
        new("bpf", 321, 280), new("perf_event_open", 298, 241), new("userfaultfd", 323, 282),
        new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426),
        new("io_uring_register", 427, 427), new("keyctl", 250, 219), new("add_key", 248, 217),
        new("request_key", 249, 218), new("modify_ldt", 154, -1), new("personality", 135, 92),
        new("vhangup", 153, 58), new("syslog", 103, 116),

        // The machine.
        new("init_module", 175, 105), new("finit_module", 313, 273), new("delete_module", 176, 106),
        new("kexec_load", 246, 104), new("kexec_file_load", 320, 294), new("reboot", 169, 142),
        new("settimeofday", 164, 170), new("clock_settime", 227, 112), new("clock_adjtime", 305, 266),
        new("adjtimex", 159, 171), new("sethostname", 170, 161), new("setdomainname", 171, 162),
        new("iopl", 172, -1), new("ioperm", 173, -1),
    ];

    /// <summary>Allowed when their first argument is this process.</summary>
    public static readonly SystemCall[] OnlyOnItself =
    [
        new("kill", 62, 129), new("tgkill", 234, 131), new("process_vm_readv", 310, 270),
    ];

    /// <summary>
    /// Refused to a program that makes no code as it runs, when their third argument says that the memory may
    /// be executed.
    /// </summary>
    public static readonly SystemCall[] NeverExecutable =
    [
        new("mmap", 9, 222), new("mprotect", 10, 226), new("pkey_mprotect", 329, 288),
    ];

    /// <summary>Makes threads, and is refused for anything else.</summary>
    public static readonly SystemCall Clone = new("clone", 56, 220);

    /// <summary>
    /// Answers that there is no such call: its flags lie where a filter cannot look, and the C library then
    /// takes clone.
    /// </summary>
    public static readonly SystemCall Clone3 = new("clone3", 435, 435);

    /// <summary>Refused for what types into a terminal.</summary>
    public static readonly SystemCall InputOutputControl = new("ioctl", 16, 29);

    /// <summary>removexattrat: what is younger is not known here, and so is said not to exist.</summary>
    public const int LastKnown = 466;
}
