using System.Globalization;
using Straightwire.Appliance.Services;
using Straightwire.Devices.Processes;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Options;

/// <summary>What a server with these options takes of memory when all of it is in use.</summary>
/// <param name="Parts">Each with the key that makes it smaller.</param>
/// <param name="Limit">What there is.</param>
public sealed record MemoryPlan(IReadOnlyList<MemoryPart> Parts, MachineMemory Limit)
{
    // Measured: what is resident at rest, without the pools.
    private const long RuntimeBytes = 80_000_000;

    // A connection's block, its places in lists and its session's part.
    private const long ConnectionBytes = 800;
    private const long SliceBytes = 32;
    private const long DatagramBytes = 65_536;

    /// <summary>The plan for so many bytes of packed content.</summary>
    public static MemoryPlan Of(ApplianceOptions options, long contentBytes, MachineMemory limit)
    {
        TcpLimits tcp = options.Tcp;
        ServerSettings server = options.Server;
        long shards = options.ToShardCount();
        List<MemoryPart> parts =
        [
            new("frames", (long)server.ToPoolFrames() * server.PoolFrameBytes, "server.poolFrames"),
            new(
                "receive buffers", (long)options.ToReceiveBuffers() * tcp.ReceiveWindow,
                "tcp.receiveBuffers"),
            new("connections", tcp.Connections * ConnectionBytes, "tcp.connections"),
            new("send queues", tcp.SendSlices * SliceBytes, "tcp.sendSlices"),
            new("reassembly", options.Ip.Reassemblies * DatagramBytes, "ip.reassemblies"),
            new("handover", shards * (shards - 1) * server.HandoverBytes, "server.handoverBytes"),
            new("content", contentBytes, "content.packedBytes or content.packedFileBytes"),
            .. options.Services.SelectMany(plan => plan.Memory()),
        ];
        return new MemoryPlan([.. parts.Where(part => part.Bytes >= 1_000_000)], limit);
    }

    /// <summary>Bytes of all parts together.</summary>
    public long Bytes => Parts.Sum(part => part.Bytes) + RuntimeBytes;

    /// <summary>Whether there is as much.</summary>
    public bool Fits => Bytes <= Limit.Bytes;

    /// <summary>The sum, and when there is too little memory what to lower.</summary>
    public override string ToString()
    {
        string sum = string.Join(" + ", Parts.Select(part => $"{part.What} {Megabytes(part.Bytes)}"));
        string all = $"{sum} + runtime {Megabytes(RuntimeBytes)} = {Megabytes(Bytes)} of {Limit.Name} "
            + Megabytes(Limit.Bytes);
        string[] largest = [.. Parts.OrderByDescending(part => part.Bytes).Take(2).Select(part => part.Key)];
        return Fits ? all : $"{all}: lower {string.Join(" or ", largest)}, or give it more memory";
    }

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");
}
