using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Options;

/// <summary>
/// Limits that are each right by themselves, and not beside another. What is a part of another follows it as
/// long as it has its default, and so is no fault.
/// </summary>
public static class LimitRules
{
    private static readonly ApplianceOptions Default = new();

    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Message)> Check(ApplianceOptions options)
    {
        if (options.Tcp.TimeWaitConnections > options.Tcp.Connections)
        {
            yield return ("tcp:timeWaitConnections", "more than tcp/connections, which it is part of");
        }
        TcpLimits tcp = options.Tcp;
        if (tcp.RtoMin != Default.Tcp.RtoMin && tcp.RtoMin.Value > tcp.RtoInitial.Value)
        {
            yield return ("tcp:rtoMin", "more than tcp/rtoInitial");
        }
        if (IsMore(options, o => o.Tcp.SendSlicesPerConnection, options.Tcp.SendSlices))
        {
            yield return ("tcp:sendSlicesPerConnection", "more than tcp/sendSlices, which it is part of");
        }
        if (IsMore(options, o => o.Tcp.Peer.Connections, tcp.Connections))
        {
            yield return ("tcp:peer:connections", "more than tcp/connections, which it is part of");
        }
        if (IsMore(options, o => o.Tcp.Peer.HalfOpen, tcp.HalfOpenMax))
        {
            yield return ("tcp:peer:halfOpen", "more than tcp/halfOpenConnections, which it is part of");
        }
        if (IsMore(options, o => o.Ip.ReassembliesPerSource, options.Ip.Reassemblies))
        {
            yield return ("ip:reassembliesPerSource", "more than ip/reassemblies, which it is part of");
        }
        foreach ((string Key, string Message) fault in ArrayFaults(options))
        {
            yield return fault;
        }
    }

    private static bool IsMore(ApplianceOptions options, Func<ApplianceOptions, int> part, int whole) =>
        part(options) > whole && part(options) != part(Default);

    /// <summary>Each shard has one array for its frames, and one for its receive buffers.</summary>
    private static IEnumerable<(string Key, string Message)> ArrayFaults(ApplianceOptions options)
    {
        int shards = options.ToShardCount();
        int frames = options.Server.ToPoolFrames();
        int buffers = options.ToReceiveBuffers();
        if (!Fits(frames, options.Server.PoolFrameBytes))
        {
            yield return ("server:poolFrames", TooMuch(
                frames, options.Server.PoolFrameBytes, "server/poolFrameBytes"));
        }
        if (!Fits(buffers, options.Tcp.ReceiveWindow))
        {
            yield return ("tcp:receiveBuffers", TooMuch(
                buffers, options.Tcp.ReceiveWindow, "tcp/receiveWindow"));
        }

        bool Fits(long count, int bytes) => (count + shards - 1) / shards * bytes <= Array.MaxLength;

        string TooMuch(long count, int bytes, string other) => FormattableString.Invariant(
            $"{count} times {bytes} ({other}) are {count * bytes / 1_000_000} MB, and each of {shards} ")
            + FormattableString.Invariant($"shards has room for {Array.MaxLength / 1_000_000} MB: lower one");
    }
}
