using System.ComponentModel;
using Serilog.Events;
using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Everything that can be configured, with its default. Keys are these names in camelCase; durations are
/// texts such as
/// "10s" (<see cref="Duration"/>); sizes are bytes. <see cref="OptionsReader"/> checks them, <see
/// cref="OptionsMapping"/>
/// hands them on.
/// </summary>
public sealed record ApplianceOptions
{
    /// <summary>The network link.</summary>
    [Description("The network link.")]
    public LinkSettings Link { get; init; } = new();

    /// <summary>Who the server is on the network.</summary>
    [Description("Who the server is on the network.")]
    public NetworkSettings Network { get; init; } = new();

    /// <summary>What is served.</summary>
    [Description("What is served.")]
    public ContentSettings Content { get; init; } = new();

    /// <summary>HTTP/1.1.</summary>
    [Description("HTTP/1.1.")]
    public HttpSettings Http { get; init; } = new();

    /// <summary>FTP.</summary>
    [Description("FTP.")]
    public FtpSettings Ftp { get; init; } = new();

    /// <summary>Counters and health, for those who run the server.</summary>
    [Description("Counters and health, for those who run the server, at the server's own address.")]
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>TCP's limits and times.</summary>
    [Description("TCP's limits and times.")]
    public TcpSettings Tcp { get; init; } = new();

    /// <summary>Limits of ARP, IPv4, ICMP and reassembly.</summary>
    [Description("Limits of ARP, IPv4, ICMP and reassembly.")]
    public IpSettings Ip { get; init; } = new();

    /// <summary>The threads that do the work, and how the program stops.</summary>
    [Description("The threads that do the work, and how the program stops. Limits are for all of them.")]
    public ServerSettings Server { get; init; } = new();

    /// <summary>Logs.</summary>
    [Description("Logs. A section \"serilog\" beside this one is read by Serilog.Settings.Configuration.")]
    public LogSettings Log { get; init; } = new();
}

/// <summary>The kinds of links to choose from.</summary>
public enum LinkChoice
{
    /// <summary>The best that the interface, the kernel and our privileges allow.</summary>
    Auto,

    /// <summary>A TAP.</summary>
    Tap,

    /// <summary>AF_PACKET on an interface that is there.</summary>
    Packet,

    /// <summary>AF_XDP on an interface that is there.</summary>
    Xdp,

    /// <summary>libpcap on an interface that is there.</summary>
    Pcap,
}

/// <summary>The network link.</summary>
public sealed record LinkSettings
{
    /// <summary>Its kind.</summary>
    [Description("tap, packet, xdp or pcap; auto: the first that works of xdp with zero copy, packet, xdp, "
        + "tap.")]
    public LinkChoice Kind { get; init; }

    /// <summary>The interface that packet, xdp and pcap take or share.</summary>
    [Description("The interface to take, or to share with the kernel; null: auto is a TAP.")]
    [TextFormat(TextKind.InterfaceName)]
    public string? Interface { get; init; }

    /// <summary>Name of the TAP interface that is created.</summary>
    [Description("Name of the TAP interface that is created.")]
    [TextFormat(TextKind.InterfaceName)]
    public string Name { get; init; } = "straightwire";

    /// <summary>The host's own address on the TAP.</summary>
    [Description("The host's own address on the TAP, with the length of the network's prefix.")]
    [TextFormat(TextKind.Prefix)]
    public string HostAddress { get; init; } = "198.18.0.1/24";

    /// <summary>Most bytes of an IP packet on the link.</summary>
    [Description("Most bytes of an IP packet on the link; null: 1500 on a TAP, else the interface's.")]
    [Limits(576, 65_521)]
    public int? Mtu { get; init; }

    /// <summary>Checksums and segments are left to the link, both ways.</summary>
    [Description("Checksums and segments are left to the link, both ways.")]
    public bool Offload { get; init; } = true;

    /// <summary>Most bytes of a packet that the link cuts into segments.</summary>
    [Description("Most bytes of a packet that the link cuts into segments; above 65535 (Linux 6.3) on a TAP "
        + "for its own network only, else as the interface's gso_ipv4_max_size allows.")]
    [Limits(16_384, 262_130)]
    public int SegmentBytes { get; init; } = 262_130;

    /// <summary>Checksums of what an interface receives are verified; null: they are.</summary>
    [Description("Checksums of received segments are verified, but where the kernel marks the frame as "
        + "verified or as never on a wire; false takes all for right, damaged ones too; null: true.")]
    public bool? VerifyChecksums { get; init; } = true;
}

/// <summary>Who the server is on the network.</summary>
public sealed record NetworkSettings
{
    /// <summary>The server's address and its network.</summary>
    [Description("The server's address and prefix length; null: the interface's, or 198.18.0.2/24 on a TAP.")]
    [TextFormat(TextKind.Prefix)]
    public string? Address { get; init; }

    /// <summary>Where packets for other networks go.</summary>
    [Description("Where packets for other networks go; null: the host on a TAP, else the interface's.")]
    [TextFormat(TextKind.Address)]
    public string? Gateway { get; init; }

    /// <summary>The server's Ethernet address.</summary>
    [Description("The server's Ethernet address; null: the interface's, or a local one on a TAP.")]
    [TextFormat(TextKind.Mac)]
    public string? Mac { get; init; }

    /// <summary>The network is asked whether somebody has the address.</summary>
    [Description("Before an address of the server's own is taken, the network is asked whether somebody " +
        "has it (RFC 5227), for 300 ms; null: so it is, but on a TAP, which has nobody to ask.")]
    public bool? Probe { get; init; }

    /// <summary>What happens when the address, shared with the kernel, is taken from the host.</summary>
    [Description("When an address that the kernel has too is taken from the host: follow to the " +
        "interface's next one, or end; null: follow, but end where \"address\" names it.")]
    public AddressLoss? OnAddressLost { get; init; }
}

/// <summary>What the tags of mapped files are made of.</summary>
public enum ContentTags
{
    /// <summary>Their state on the storage.</summary>
    State,

    /// <summary>Their bytes.</summary>
    Digest,
}

/// <summary>What is served.</summary>
public sealed record ContentSettings
{
    /// <summary>The directory that is served.</summary>
    [Description("The directory that is served, from the working directory or else from beside the program.")]
    public string Directory { get; init; } = "content";

    /// <summary>Files up to this many bytes are copied into packed memory.</summary>
    [Description("Files up to this many bytes are packed in memory; larger ones are mapped in place.")]
    [Limits(0, 1L << 30)]
    public int PackedFileBytes { get; init; } = 262_144;

    /// <summary>Most bytes of packed memory.</summary>
    [Description("Most bytes of packed memory; once it is full, small files are mapped too; null: half of "
        + "what the machine or the process's control group has beyond 192 MB, up to 4294967296.")]
    [Limits(1 << 20, 1L << 44)]
    public long? PackedBytes { get; init; }

    /// <summary>What the tags of mapped files are made of.</summary>
    [Description("What the tags of mapped files are made of: state (length, times, inode; known at once, of "
        + "this machine), or digest (their bytes, read at 100 MB/s; none until then; equal on all hosts).")]
    public ContentTags Tags { get; init; }

    /// <summary>Most files.</summary>
    [Description("Most files; a directory with more is not served.")]
    [Limits(1, 100_000_000)]
    public int Files { get; init; } = 4_000_000;

    /// <summary>Most directories within one another.</summary>
    [Description("Most directories within one another; deeper ones are left out.")]
    [Limits(1, 1000)]
    public int DirectoryDepth { get; init; } = 64;

    /// <summary>Threads that read small files at load.</summary>
    [Description("Threads that read small files at load.")]
    [Limits(1, 64)]
    public int LoadThreads { get; init; } = 2;

    /// <summary>Threads that bring large files into memory.</summary>
    [Description("Threads that bring large files into memory: so many can wait for storage.")]
    [Limits(1, 256)]
    public int ResidencyThreads { get; init; } = 4;
}

/// <summary>HTTP/1.1.</summary>
public sealed record HttpSettings
{
    /// <summary>The TCP port.</summary>
    [Description("The TCP port.")]
    [Limits(1, 65_535)]
    public int Port { get; init; } = 80;

    /// <summary>The Server field of responses.</summary>
    [Description("The Server field of responses, printable ASCII of at most 128 characters; empty: none.")]
    [TextFormat(TextKind.ServerName)]
    public string ServerName { get; init; } = "Straightwire";

    /// <summary>Bytes of a request's head.</summary>
    [Description("Bytes of a request's head; more is a 431.")]
    [Limits(1024, 65_536)]
    public int HeadBytes { get; init; } = 16_384;

    /// <summary>Bytes of a request's target.</summary>
    [Description("Bytes of a request's target; more is a 414.")]
    [Limits(256, 65_536)]
    public int TargetBytes { get; init; } = 8192;

    /// <summary>Field lines of a request's head.</summary>
    [Description("Field lines of a request's head; more is a 431.")]
    [Limits(8, 10_000)]
    public int HeaderCount { get; init; } = 100;

    /// <summary>From a request's first byte to the end of its head.</summary>
    [Description("From a request's first byte to the end of its head; longer is a 408.")]
    [DurationLimits("100ms", "1h")]
    public Duration HeadTimeout { get; init; } = Duration.Parse("10s");

    /// <summary>How long a connection without a request stays open.</summary>
    [Description("How long a connection without a request stays open.")]
    [DurationLimits("100ms", "24h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Bytes of a request's content, read and dropped.</summary>
    [Description("Bytes of a request's content that are read and dropped; more is a 413.")]
    [Limits(0, 1L << 40)]
    public long BodyBytes { get; init; } = 1 << 20;

    /// <summary>From the end of a request's head to the end of its content.</summary>
    [Description("From the end of a request's head to the end of its content.")]
    [DurationLimits("100ms", "24h")]
    public Duration BodyTimeout { get; init; } = Duration.Parse("30s");
}

/// <summary>The threads that do the work, and how the program stops.</summary>
public sealed record ServerSettings
{
    /// <summary>Threads, each with a queue of the link and its share of all limits.</summary>
    [Description("Threads, each with a queue of the link and its share of all limits; 0: one for each CPU.")]
    [Limits(0, 64)]
    public int Shards { get; init; }

    /// <summary>Bytes that wait for one shard because the link gave them to another.</summary>
    [Description("Bytes that wait for one shard because the link gave them to another; more are dropped.")]
    [Limits(262_144, 268_435_456, PowerOfTwo = true)]
    public int HandoverBytes { get; init; } = 1 << 20;

    /// <summary>Each shard's thread stays on a CPU of its own.</summary>
    [Description("Each shard stays on a CPU of its own, of those that the process may use.")]
    public bool Pin { get; init; } = true;

    /// <summary>How long an idle server looks for work before it sleeps.</summary>
    [Description("How long an idle server looks for work before it sleeps; less while that finds nothing.")]
    [DurationLimits("0", "10ms")]
    public Duration Spin { get; init; } = Duration.Parse("30us");

    /// <summary>How long answers wait for others while requests come fast.</summary>
    [Description("How long answers wait to be sent with others, while requests come faster; 0: never.")]
    [DurationLimits("0", "1ms")]
    public Duration Hold { get; init; } = Duration.Parse("20us");

    /// <summary>How long connections may take to finish after SIGTERM.</summary>
    [Description("How long connections may take to finish after SIGTERM or SIGINT.")]
    [DurationLimits("0", "1h")]
    public Duration DrainTimeout { get; init; } = Duration.Parse("10s");

    /// <summary>Frames for generated bytes.</summary>
    [Description("Frames for generated bytes (response heads); null: 32768, and fewer with less than 1 GB of "
        + "memory.")]
    [Limits(64, 1_048_576)]
    public int? PoolFrames { get; init; }

    /// <summary>Bytes of such a frame.</summary>
    [Description("Bytes of such a frame, a power of two.")]
    [Limits(512, 65_536, PowerOfTwo = true)]
    public int PoolFrameBytes { get; init; } = 1024;

    /// <summary>Most segments of one transmit batch.</summary>
    [Description("Most segments of one transmit batch.")]
    [Limits(1, 4096)]
    public int TransmitBatch { get; init; } = 128;

    /// <summary>Most frames of one receive batch.</summary>
    [Description("Most frames of one receive batch.")]
    [Limits(1, 1024)]
    public int ReceiveBatch { get; init; } = 64;

    /// <summary>A pcapng file for all frames in and out.</summary>
    [Description("A pcapng file for all frames in and out; null: none.")]
    public string? Pcap { get; init; }

    /// <summary>Every frame in and out is told in a line of the log.</summary>
    [Description("Every frame in and out is told in a line of the log.")]
    public bool Trace { get; init; }

    /// <summary>Most frames told of in a second.</summary>
    [Description("Most frames told of in a second; of the rest, the number.")]
    [Limits(1, 1_000_000)]
    public int TraceLinesPerSecond { get; init; } = 1000;

    /// <summary>The process gives its privileges up once the link is open; lab never does.</summary>
    [Description("Once the link is open, the process opens no socket, runs no program, has no capability, " +
        "and opens no file but content and logs. lab has no sandbox.")]
    public bool Sandbox { get; init; } = true;

    /// <summary>More that the sandboxed server may read.</summary>
    [Description("More directories that may be read, as those to which the link \"content\" may lead " +
        "later; null: none.")]
    [ItemLimits(64)]
    public string[]? SandboxRead { get; init; }

    /// <summary>The sandboxed server may read the directory that the content's is in.</summary>
    [Description("The directory that the content's is in may be read too (of a link, those of its name and " +
        "its target), so that content that takes its place is seen at SIGHUP; null: unless it is /, a " +
        "home, /etc, /home, /root, /run, /tmp, /usr or /var.")]
    public bool? SandboxParent { get; init; }

    /// <summary>The directory of the server's secret.</summary>
    [Description("The directory of the server's secret, which keys are made from; null: the service " +
        "manager's ($STATE_DIRECTORY), or else /var/lib/straightwire where it can be made; none: a secret " +
        "of each start, with which the tags of large files change.")]
    public string? State { get; init; }
}

/// <summary>Logs.</summary>
public sealed record LogSettings
{
    /// <summary>The least level that is logged.</summary>
    [Description("The least level that is logged.")]
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    /// <summary>A file for the log, beside standard error.</summary>
    [Description("A file for the log, beside standard error; null: none.")]
    public string? File { get; init; }

    /// <summary>Bytes of the log file at which the next one begins.</summary>
    [Description("Bytes of the log file at which the next one begins.")]
    [Limits(65_536, 1L << 40)]
    public long FileBytesMax { get; init; } = 64L << 20;

    /// <summary>Log files that are kept.</summary>
    [Description("Log files that are kept.")]
    [Limits(1, 1000)]
    public int FilesKept { get; init; } = 8;
}
