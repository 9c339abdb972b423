using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Options;

/// <summary>The threads that do the work, and how the program stops.</summary>
public sealed record ServerSettings : FrameLimits
{
    /// <summary>Threads, each with a queue of the link and its share of all limits.</summary>
    [Key("Threads, each with a queue of the link and its share of all limits; 0: one for each CPU.",
        Min = 0, Max = 64)]
    public int Shards { get; init; }

    /// <summary>Bytes that wait for one shard because the link gave them to another.</summary>
    [Key("Bytes that wait for one shard because the link gave them to another; more are dropped.",
        Min = 262_144, Max = 268_435_456, IsPowerOfTwo = true)]
    public int HandoverBytes { get; init; } = 1 << 20;

    /// <summary>Each shard's thread stays on a CPU of its own.</summary>
    [Key("Each shard stays on a CPU of its own, of those that the process may use.")]
    public bool Pin { get; init; } = true;

    /// <summary>How long an idle server looks for work before it sleeps.</summary>
    [Key("How long an idle server looks for work before it sleeps; less while that finds nothing.",
        From = "0", To = "10ms")]
    public Duration Spin { get; init; } = Duration.Parse("30us");

    /// <summary>How long answers wait for others while requests come fast.</summary>
    [Key("How long answers wait to be sent with others, while requests come faster; 0: never.",
        From = "0", To = "1ms")]
    public Duration Hold { get; init; } = Duration.Parse("20us");

    /// <summary>How long new connections are still taken after SIGTERM.</summary>
    [Key("How long /readyz says 503 after SIGTERM or SIGINT while new connections are still taken, so that a "
        + "load balancer sees it first.", From = "0", To = "1h")]
    public Duration DrainDelay { get; init; } = Duration.Parse("0");

    /// <summary>How long connections may take to finish after SIGTERM.</summary>
    [Key("How long connections may take to finish after that.", From = "0", To = "1h")]
    public Duration DrainTimeout { get; init; } = Duration.Parse("10s");

    /// <summary>A pcapng file for all frames in and out.</summary>
    [Key("A pcapng file for all frames in and out; null: none.", After = nameof(ReceiveBatch))]
    public string? Pcap { get; init; }

    /// <summary>Every frame in and out is told in a line of the log.</summary>
    [Key("Every frame in and out is told in a line of the log.")]
    public bool Trace { get; init; }

    /// <summary>Most frames told of in a second.</summary>
    [Key("Most frames told of in a second; of the rest, the number.", Min = 1, Max = 1_000_000)]
    public int TraceLinesPerSecond { get; init; } = 1000;

    /// <summary>The process gives its privileges up once the link is open; lab never does.</summary>
    [Key("Once the link is open, the process opens no socket, runs no program, has no capability, " +
        "and opens no file but content and logs. lab has no sandbox.")]
    public bool Sandbox { get; init; } = true;

    /// <summary>More that the sandboxed server may read.</summary>
    [Key("More directories that may be read, as those to which the link \"content\" may lead " +
        "later; null: none.", Items = 64)]
    public string[]? SandboxRead { get; init; }

    /// <summary>The sandboxed server may read the directory that the content's is in.</summary>
    [Key("The directory that the content's is in may be read too (of a link, those of its name and " +
        "its target), so that content that takes its place is seen; null: unless it is /, a " +
        "home, /etc, /home, /root, /run, /tmp, /usr or /var.")]
    public bool? SandboxParent { get; init; }

    /// <summary>The directory of the server's secret.</summary>
    [Key("The directory of the server's secret, which keys are made from; null: the service " +
        "manager's ($STATE_DIRECTORY), or else /var/lib/straightwire where it can be made; none: a secret " +
        "of each start, with which the tags of large files change.")]
    public string? State { get; init; }
}
