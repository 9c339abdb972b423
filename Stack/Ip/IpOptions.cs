using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Limits and times of ARP, IPv4, ICMP and reassembly. What is no key is a constant but for tests.
/// </summary>
public sealed record IpOptions
{
    /// <summary>Neighbours known at once.</summary>
    [Key("Neighbours known at once (ARP).", Min = 16, Max = 65_536)]
    public int Neighbors { get; init; } = 1024;

    /// <summary>How long a confirmed neighbour is trusted (RFC 1122 §2.3.2.1).</summary>
    [Key("How long a neighbour is trusted before it is asked again.", From = "1s", To = "1h")]
    public Duration NeighborReachable { get; init; } = Duration.OfMilliseconds(60_000);

    /// <summary>Questions for neighbours a second (RFC 6583).</summary>
    [Key("Questions for neighbours a second, but for the gateway.",
        Min = 1, Max = 65_536, Share = Share.Part)]
    public int Questions { get; init; } = 256;

    /// <summary>Datagrams in reassembly at once.</summary>
    [Key("Fragmented datagrams in reassembly at once.",
        Min = 1, Max = 4096, Share = Share.Part, PartMin = 8)]
    public int Reassemblies { get; init; } = 64;

    /// <summary>Datagrams in reassembly at once from one source.</summary>
    [Key("Of those, from one source.", Min = 1, Max = 4096)]
    public int ReassembliesPerSource { get; init; } = 8;

    /// <summary>RFC 1122 §3.3.2 asks for 60 to 120 s; Linux uses 30.</summary>
    [Key("How long fragments wait for the rest.", From = "1s", To = "2m")]
    public Duration ReassemblyTimeout { get; init; } = Duration.OfMilliseconds(30_000);

    /// <summary>Destinations whose path takes less than the link, known at once.</summary>
    [Key("Destinations whose path takes less than the link (path MTU, RFC 1191), known at once.",
        Min = 16, Max = 1_048_576)]
    public int Paths { get; init; } = 4096;

    /// <summary>How long a path's MTU is taken for known (RFC 1191 §6.3: 10 minutes).</summary>
    [Key("How long a path's MTU is taken for known before a larger segment tries it.",
        From = "1s", To = "24h")]
    public Duration PathAge { get; init; } = Duration.OfMilliseconds(600_000);

    /// <summary>
    /// Linux's min_pmtu. Less is a forgery that wants us to send a header for every few bytes.
    /// </summary>
    [Key("The least path MTU that is believed, bytes; ICMP that tells less is ignored.",
        Min = 68, Max = 1500)]
    public int PathMtuMin { get; init; } = 552;

    /// <summary>ICMP errors a second, with a burst of half to all of as many.</summary>
    [Key("ICMP errors sent a second.", Min = 0, Max = 1_000_000, Share = Share.Part)]
    public int IcmpErrorsPerSecond { get; init; } = 100;

    /// <summary>Echo replies a second, with a burst of half to all of as many.</summary>
    [Key("Answers to ping a second; 0: none.", Min = 0, Max = 1_000_000, Share = Share.Part)]
    public int EchoRepliesPerSecond { get; init; } = 10_000;

    /// <summary>Time to live (RFC 1700's 64).</summary>
    [Key("Time to live of what is sent.", Min = 1, Max = 255)]
    public byte TimeToLive { get; init; } = 64;

    /// <summary>Between two requests for one neighbour; RFC 1122 allows one a second.</summary>
    public Duration NeighborRetry { get; init; } = Duration.OfMilliseconds(1000);

    /// <summary>
    /// Requests before a neighbour that never answered is given up; one that did is asked on, at growing
    /// intervals, while somebody sends to it (RFC 7048).
    /// </summary>
    public int NeighborRetryMax { get; init; } = 5;

    /// <summary>How much of an address makes a source, 0 to 32 bits.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>
    /// Bytes of the largest datagram's payload that is put together: RFC 791 §3.1 allows 65,535 with the
    /// header. Each place in reassembly may come to need this much memory.
    /// </summary>
    public int ReassemblyBytesMax { get; init; } = 65_535 - Ipv4Header.LengthMin;

    /// <summary>
    /// The same limits, where what is part of another is not more than that: before a shard's part is made
    /// of them.
    /// </summary>
    public IpOptions Settled() =>
        this with { ReassembliesPerSource = Math.Min(ReassembliesPerSource, Reassemblies) };
}
