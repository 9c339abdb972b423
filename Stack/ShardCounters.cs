using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Udp;

namespace Straightwire.Stack;

/// <summary>
/// What a shard did and, above all, every reason for which it dropped something. Written by the shard, read
/// by anyone.
/// </summary>
public sealed class ShardCounters
{
    [Counter("Frames received.", PerShard = true)]
    public long FramesReceived;

    [Counter("Bytes of frames received.")]
    public long ReceivedBytes;

    [Counter("Frames sent; one that the link cuts counts once.")]
    public long SegmentsSent;

    [Counter("Bytes of frames sent, as the link takes them.")]
    public long SentBytes;

    [Counter("Times that the link had no room.")]
    public long TransmitStalls;

    [Counter("Frames not sent because their content is gone.")]
    public long TransmitFaults;

    [Counter("Frames dropped because of a fault of this program; see the log.")]
    public long FrameFaults;

    /// <summary>What passed between shards.</summary>
    public HandoverCounters Handover { get; } = new();

    /// <summary>What ARP did and dropped.</summary>
    public NeighborCounters Neighbor { get; } = new();

    /// <summary>What Ethernet, IPv4, ICMP and reassembly did and dropped.</summary>
    public IpCounters Ip { get; } = new();

    /// <summary>What UDP did and dropped.</summary>
    public UdpCounters Udp { get; } = new();

    /// <summary>What TCP did and dropped.</summary>
    public TcpCounters Tcp { get; } = new();
}
