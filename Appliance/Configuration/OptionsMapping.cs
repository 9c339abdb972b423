using Straightwire.Appliance.Content;
using Straightwire.Devices;
using Straightwire.Protocols.Http;
using Straightwire.Stack;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Configuration;

/// <summary>Hands the checked options on, each part to what it configures.</summary>
public static class OptionsMapping
{
    /// <summary>The options of the TAP.</summary>
    public static TapOptions ToTap(this ApplianceOptions options) => new()
    {
        Name = options.Link.Name,
        HostAddress = PrefixOf(options.Link.HostAddress),
        Mtu = options.Link.Mtu,
        Offload = options.Link.Offload,
    };

    /// <summary>The options of the shard.</summary>
    public static ShardOptions ToShard(this ApplianceOptions options) => new()
    {
        Mac = MacOf(options.Network),
        Address = PrefixOf(options.Network.Address),
        Gateway = GatewayOf(options),
        BatchSegmentMax = options.Server.TransmitBatch,
        BatchFrameMax = options.Server.ReceiveBatch,
        PoolFrameCount = options.Server.PoolFrames,
        PoolFrameLength = options.Server.PoolFrameBytes,
        Ip = options.Ip.ToIp(),
        Tcp = options.Tcp.ToTcp(),
    };

    /// <summary>Limits of ARP, IPv4, ICMP and reassembly.</summary>
    public static IpOptions ToIp(this IpSettings settings) => new()
    {
        NeighborMax = settings.Neighbors,
        NeighborReachableMilliseconds = settings.NeighborReachable.Milliseconds,
        ReassemblyMax = settings.Reassemblies,
        ReassemblyMaxPerSource = settings.ReassembliesPerSource,
        ReassemblyMilliseconds = settings.ReassemblyTimeout.Milliseconds,
        IcmpErrorsPerSecond = settings.IcmpErrorsPerSecond,
        EchoRepliesPerSecond = settings.EchoRepliesPerSecond,
        TimeToLive = (byte)settings.TimeToLive,
    };

    /// <summary>TCP's limits and times.</summary>
    public static TcpLimits ToTcp(this TcpSettings settings) => new()
    {
        ConnectionMax = settings.Connections,
        TimeWaitMax = settings.TimeWaitConnections,
        SynMax = settings.HalfOpenConnections,
        ReceiveWindow = settings.ReceiveWindow,
        ReceiveBufferCount = settings.ReceiveBuffers,
        SendSlicesPerConnectionMax = settings.SendSlicesPerConnection,
        SendSlicesMax = settings.SendSlices,
        MssMax = (ushort)settings.MssMax,
        InitialWindowSegments = settings.InitialWindow,
        Congestion = settings.Congestion,
        RtoInitialMilliseconds = settings.RtoInitial.Milliseconds,
        RtoMinMilliseconds = settings.RtoMin.Milliseconds,
        RetransmitMax = settings.Retransmissions,
        DelayedAckMilliseconds = settings.DelayedAck.Milliseconds,
        TimeWaitMilliseconds = settings.TimeWait.Milliseconds,
        FinWait2Milliseconds = settings.FinWait2.Milliseconds,
        UserTimeoutMilliseconds = settings.UserTimeout.Milliseconds,
        KeepAliveMilliseconds = settings.KeepAlive.Milliseconds,
        ResetsPerSecond = settings.ResetsPerSecond,
    };

    /// <summary>The content and its limits.</summary>
    public static ContentOptions ToContent(this ApplianceOptions options) => new()
    {
        Root = ContentDirectory.Find(options.Content.Directory) ?? options.Content.Directory,
        PackedFileMax = options.Content.PackedFileBytes,
        PackedBytesMax = options.Content.PackedBytes,
        FileMax = options.Content.Files,
        DirectoryDepthMax = options.Content.DirectoryDepth,
        LoadThreads = options.Content.LoadThreads,
        ResidencyThreads = options.Content.ResidencyThreads,
    };

    /// <summary>HTTP's limits and times.</summary>
    public static HttpOptions ToHttp(this HttpSettings settings) => new()
    {
        Port = (ushort)settings.Port,
        ServerName = settings.ServerName,
        HeadBytesMax = settings.HeadBytes,
        TargetBytesMax = settings.TargetBytes,
        HeaderCountMax = settings.HeaderCount,
        HeadTimeout = settings.HeadTimeout.Value,
        IdleTimeout = settings.IdleTimeout.Value,
        BodyBytesMax = settings.BodyBytes,
        BodyTimeout = settings.BodyTimeout.Value,
    };

    /// <summary>The URL that the server answers.</summary>
    public static string ToUrl(this ApplianceOptions options)
    {
        const int DefaultPort = 80;
        Ipv4Address address = PrefixOf(options.Network.Address).Address;
        return options.Http.Port == DefaultPort
            ? $"http://{address}/"
            : FormattableString.Invariant($"http://{address}:{options.Http.Port}/");
    }

    /// <summary>
    /// The configured Ethernet address, or a locally administered one that an IP address always gives.
    /// </summary>
    private static MacAddress MacOf(NetworkSettings network)
    {
        if (network.Mac is { } text && MacAddress.TryParse(text, out MacAddress mac))
        {
            return mac;
        }
        const ulong LocallyAdministered = 0x0253_0000_0000;
        return new MacAddress(LocallyAdministered | PrefixOf(network.Address).Address.Value);
    }

    private static Ipv4Address GatewayOf(ApplianceOptions options) =>
        options.Network.Gateway is { } text && Ipv4Address.TryParse(text, out Ipv4Address gateway)
            ? gateway
            : PrefixOf(options.Link.HostAddress).Address;

    private static Ipv4Prefix PrefixOf(string text) =>
        Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix)
            ? prefix
            : throw new InvalidOperationException($"{text} was checked to be a prefix");
}
