using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Udp;

namespace Straightwire.Stack;

/// <summary>
/// What a shard did and, above all, every reason for which it dropped something. Written by the shard, read
/// by anyone.
/// </summary>
public sealed class ShardCounters
{
    public long FramesReceived;
    public long BytesReceived;
    public long SegmentsSent;
    public long BytesSent;
    public long TransmitStalls;
    public long TransmitFaults;
    public long FrameFaults;

    /// <summary>What passed between shards.</summary>
    public HandoverCounters Handover { get; } = new();

    /// <summary>ARP.</summary>
    public NeighborCounters Neighbor { get; } = new();

    /// <summary>IPv4, ICMP and reassembly.</summary>
    public IpCounters Ip { get; } = new();

    /// <summary>UDP.</summary>
    public UdpCounters Udp { get; } = new();

    /// <summary>TCP.</summary>
    public TcpCounters Tcp { get; } = new();
}
