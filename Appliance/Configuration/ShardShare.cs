using Straightwire.Stack;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// One shard's part of limits that are for all: of memory and of rates. A flow's shard is chosen by a hash,
/// so that parts fill evenly, but not to the last place. What is a limit of one connection, or of what every
/// shard has to know, stays whole.
/// </summary>
public static class ShardShare
{
    private const int FramesMin = 64;
    private const int ConnectionsMin = 16;
    private const int ReassembliesMin = 8;

    /// <summary>The part of each of so many.</summary>
    public static ShardOptions Of(ShardOptions all, int count)
    {
        TcpLimits tcp = all.Tcp;
        int connections = Part(tcp.ConnectionMax, count, ConnectionsMin);
        return all with
        {
            PoolFrameCount = Part(all.PoolFrameCount, count, FramesMin),
            Ip = all.Ip with
            {
                NeighborQuestionsPerSecond = Part(all.Ip.NeighborQuestionsPerSecond, count),
                ReassemblyMax = Part(
                    all.Ip.ReassemblyMax, count, Math.Min(ReassembliesMin, all.Ip.ReassemblyMax)),
                IcmpErrorsPerSecond = Part(all.Ip.IcmpErrorsPerSecond, count),
                EchoRepliesPerSecond = Part(all.Ip.EchoRepliesPerSecond, count),
            },
            Tcp = tcp with
            {
                ConnectionMax = connections,
                TimeWaitMax = Math.Min(connections, Part(tcp.TimeWaitMax, count)),
                SynMax = Part(tcp.SynMax, count),
                ExpectedMax = Part(tcp.ExpectedMax, count),
                SendSlicesMax = Part(tcp.SendSlicesMax, count, tcp.SendSlicesPerConnectionMax),
                ReceiveBufferCount = Part(tcp.ReceiveBufferCount, count),
                ReceiveBufferSmallCount = Part(tcp.ReceiveBufferSmallCount, count),
                ScoreboardCount = Part(tcp.ScoreboardCount, count),
                ResetsPerSecond = Part(tcp.ResetsPerSecond, count),
            },
        };
    }

    private static int Part(int all, int count, int least = 1) =>
        all == 0 ? 0 : Math.Max(least, (all + count - 1) / count);
}
