using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>Limits of ARP, IPv4, ICMP and reassembly.</summary>
public sealed record IpOptions
{
    /// <summary>Neighbours known at once.</summary>
    public int NeighborMax { get; init; } = 1024;

    /// <summary>
    /// How long a confirmed neighbour is trusted before it is asked again (RFC 1122 §2.3.2.1), milliseconds.
    /// </summary>
    public int NeighborReachableMilliseconds { get; init; } = 60_000;

    /// <summary>Between two requests for one neighbour, milliseconds; RFC 1122 allows one a second.</summary>
    public int NeighborRetryMilliseconds { get; init; } = 1000;

    /// <summary>
    /// Requests before a neighbour that never answered is given up; one that did is asked on, at growing
    /// intervals, while somebody sends to it (RFC 7048).
    /// </summary>
    public int NeighborRetryMax { get; init; } = 5;

    /// <summary>
    /// Questions for neighbours a second, over all of them but routers (RFC 6583).
    /// </summary>
    public int NeighborQuestionsPerSecond { get; init; } = 256;

    /// <summary>Datagrams in reassembly at once.</summary>
    public int ReassemblyMax { get; init; } = 64;

    /// <summary>Datagrams in reassembly at once from one source.</summary>
    public int ReassemblyMaxPerSource { get; init; } = 8;

    /// <summary>How much of an address makes a source, 0 to 32 bits.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>
    /// Bytes of the largest datagram's payload that is put together: RFC 791 §3.1 allows 65,535 with the
    /// header. Each place in reassembly may come to need this much memory.
    /// </summary>
    public int ReassemblyBytesMax { get; init; } = 65_535 - Ipv4Header.LengthMin;

    /// <summary>
    /// How long fragments wait for the rest (RFC 1122 §3.3.2 asks for 60 to 120 s; Linux uses 30),
    /// milliseconds.
    /// </summary>
    public int ReassemblyMilliseconds { get; init; } = 30_000;

    /// <summary>Destinations whose path takes less than the link, known at once.</summary>
    public int PathMax { get; init; } = 4096;

    /// <summary>
    /// How long a path's MTU is taken for known before a larger segment tries it (RFC 1191 §6.3: 10 minutes),
    /// milliseconds.
    /// </summary>
    public int PathAgeMilliseconds { get; init; } = 600_000;

    /// <summary>
    /// The least MTU that ICMP may tell of, bytes: Linux's min_pmtu. Less is a forgery that wants us to send
    /// a header for every few bytes.
    /// </summary>
    public int PathMtuMin { get; init; } = 552;

    /// <summary>ICMP errors a second, with a burst of half to all of as many.</summary>
    public int IcmpErrorsPerSecond { get; init; } = 100;

    /// <summary>Echo replies a second, with a burst of half to all of as many.</summary>
    public int EchoRepliesPerSecond { get; init; } = 10_000;

    /// <summary>Time to live of what we send (RFC 1700's 64).</summary>
    public byte TimeToLive { get; init; } = 64;
}
