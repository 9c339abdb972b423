namespace Straightwire.Appliance.Configuration;

/// <summary>Limits that are each right by themselves, and not beside another.</summary>
public static class LimitRules
{
    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Message)> Check(ApplianceOptions options)
    {
        if (options.Tcp.TimeWaitConnections > options.Tcp.Connections)
        {
            yield return ("tcp:timeWaitConnections", "more than tcp/connections, which it is part of");
        }
        if (options.Tcp.RtoMin.Value > options.Tcp.RtoInitial.Value)
        {
            yield return ("tcp:rtoMin", "more than tcp/rtoInitial");
        }
        if (options.Tcp.SendSlicesPerConnection > options.Tcp.SendSlices)
        {
            yield return ("tcp:sendSlicesPerConnection", "more than tcp/sendSlices, which it is part of");
        }
        if (options.Ip.ReassembliesPerSource > options.Ip.Reassemblies)
        {
            yield return ("ip:reassembliesPerSource", "more than ip/reassemblies, which it is part of");
        }
        if (options.Http.TargetBytes >= options.Http.HeadBytes)
        {
            yield return ("http:targetBytes", "as much as http/headBytes or more, which it is part of");
        }
        FtpUploadSettings uploads = options.Ftp.Uploads;
        if (options.Ftp.Enabled && uploads.BlocksPerUpload > uploads.ToUploads().Blocks)
        {
            yield return ("ftp:uploads:blocksPerUpload", "more than ftp/uploads/blocks, which it is part of");
        }
        foreach ((string Key, string Message) fault in ArrayFaults(options))
        {
            yield return fault;
        }
    }

    /// <summary>Each shard has one array for its frames, and one for its receive buffers.</summary>
    private static IEnumerable<(string Key, string Message)> ArrayFaults(ApplianceOptions options)
    {
        int shards = options.ToShardCount();
        int frames = options.Server.ToPoolFrames();
        int buffers = options.Tcp.ToReceiveBuffers();
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
