using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Devices.Network;
using Straightwire.Devices.Processes;
using Straightwire.Devices.Tap;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Configuration;

/// <summary>Hands the checked options on, each part to what it configures.</summary>
public static class OptionsMapping
{
    private const string TapAddress = "198.18.0.2/24";
    private const int TapMtu = 1500;
    private const int ShardMax = 64;

    /// <summary>The options of the TAP.</summary>
    public static TapOptions ToTap(this ApplianceOptions options) => new()
    {
        Name = options.Link.Name,
        HostAddress = PrefixOf(options.Link.HostAddress),
        Mtu = options.Link.Mtu ?? TapMtu,
        Offload = options.Link.Offload,
        SegmentBytes = options.Link.SegmentBytes,
        Mac = MacOf(options.Network) ?? LocalMacOf(options.ToTapAddress()),
        Address = options.ToTapAddress(),
        Gateway = AddressOf(options.Network.Gateway) ?? PrefixOf(options.Link.HostAddress).Address,
        Queues = options.ToShardCount(),
    };

    /// <summary>The server's address if its link is a TAP.</summary>
    public static Ipv4Prefix ToTapAddress(this ApplianceOptions options) =>
        PrefixOf(options.Network.Address ?? TapAddress);

    /// <summary>The options of an interface that is taken or shared.</summary>
    public static InterfaceOptions ToInterface(this ApplianceOptions options) => new()
    {
        Name = options.Link.Interface ?? throw new InvalidOperationException("an interface was checked for"),
        Mac = MacOf(options.Network),
        Address = options.Network.Address is { } address ? PrefixOf(address) : null,
        Gateway = AddressOf(options.Network.Gateway),
        Mtu = options.Link.Mtu,
        Offload = options.Link.Offload,
        SegmentBytes = options.Link.SegmentBytes,
        VerifyChecksums = options.Link.VerifyChecksums ?? true,
        Queues = options.ToShardCount(),
        AreQueuesConfigured = options.Server.Shards != 0,
        FollowsAddress = options.ToAddressLoss() == AddressLoss.Follow,
        Ports = options.ToPorts(),
    };

    private static AddressLoss ToAddressLoss(this ApplianceOptions options) =>
        options.Network.OnAddressLost
        ?? (options.Network.Address is null ? AddressLoss.Follow : AddressLoss.End);

    /// <summary>What of the network is as the interface has it, and follows it.</summary>
    public static FollowRules ToFollowRules(this ApplianceOptions options, LinkGrant link) => new()
    {
        OnAddressLost = options.ToAddressLoss(),
        IsGatewayNamed = options.Network.Gateway is not null,
        IsMacNamed = options.Network.Mac is not null,
        Mtu = options.Link.Mtu,
        HostAddress = link.Kind == LinkKind.Tap ? PrefixOf(options.Link.HostAddress) : null,
    };

    /// <summary>
    /// The options of one shard, on a link that is open: its own part of what all may take.
    /// </summary>
    public static ShardOptions ToShard(
        this ApplianceOptions options, LinkGrant link, int number = 0, int count = 1)
    {
        _ = PortRange.TryParse(options.Ftp.PassivePorts, out PortRange passive);
        ShardOptions all = options.ToAllShards(link);
        return count == 1 ? all : ShardShare.Of(all, count) with
        {
            Place = new ShardPlace(
                number, count, passive.First, options.Ftp.Enabled ? passive.Last : (ushort)0),
        };
    }

    /// <summary>
    /// Shards to run: as configured, or one for each CPU that the process may use. Each needs a passive port
    /// of FTP, and a queue: pcap has one.
    /// </summary>
    public static int ToShardCount(this ApplianceOptions options)
    {
        if (options.Server.Shards != 0)
        {
            return options.Server.Shards;
        }
        // A quota of processor time gives fewer than the mask does.
        int most = Math.Min(CpuAffinity.Allowed().Length, Environment.ProcessorCount);
        if (options.Ftp.Enabled && PortRange.TryParse(options.Ftp.PassivePorts, out PortRange passive))
        {
            most = Math.Min(most, passive.Last - passive.First + 1);
        }
        return options.Link.Kind == LinkChoice.Pcap ? 1 : Math.Clamp(most, 1, ShardMax);
    }

    private static ShardOptions ToAllShards(this ApplianceOptions options, LinkGrant link) => new()
    {
        Mac = link.Mac,
        Address = link.Address,
        Gateway = link.Gateway,
        SharedPorts = link.IsShared ? options.ToPorts() : null,
        EphemeralPorts = link.IsShared ? options.ToSharedEphemeral() : ShardOptions.Dynamic,
        BatchSegmentMax = options.Server.TransmitBatch,
        BatchFrameMax = options.Server.ReceiveBatch,
        PoolFrameCount = options.Server.ToPoolFrames(),
        PoolFrameLength = options.Server.PoolFrameBytes,
        Ip = options.Ip.ToIp() with { PeerPrefixLength = options.Tcp.Peer.Prefix4 },
        Tcp = options.Tcp.ToTcp(),
    };

    /// <summary>Frames for generated bytes, of all shards.</summary>
    public static int ToPoolFrames(this ServerSettings settings) =>
        settings.PoolFrames ?? MemoryDefaults.Own.PoolFrames;

    /// <summary>Receive buffers of all shards.</summary>
    public static int ToReceiveBuffers(this TcpSettings settings) =>
        settings.ReceiveBuffers ?? MemoryDefaults.Own.ReceiveBuffers;

    /// <summary>Half-open connections of all shards.</summary>
    public static int ToHalfOpen(this TcpSettings settings) =>
        settings.HalfOpenConnections ?? Math.Max(16, settings.Connections / 8);

    /// <summary>Whether any user of FTP may do more than read.</summary>
    public static bool MayChange(this FtpSettings settings) =>
        settings.Enabled && settings.ToFtp().Users.Any(user => (user.Rights & ~FtpUser.ReadOnly) != 0);

    /// <summary>Limits of ARP, IPv4, ICMP and reassembly.</summary>
    public static IpOptions ToIp(this IpSettings settings) => new()
    {
        NeighborMax = settings.Neighbors,
        NeighborReachableMilliseconds = settings.NeighborReachable.Milliseconds,
        NeighborQuestionsPerSecond = settings.Questions,
        ReassemblyMax = settings.Reassemblies,
        ReassemblyMaxPerSource = Math.Min(settings.ReassembliesPerSource, settings.Reassemblies),
        ReassemblyMilliseconds = settings.ReassemblyTimeout.Milliseconds,
        PathMax = settings.Paths,
        PathAgeMilliseconds = settings.PathAge.Milliseconds,
        PathMtuMin = settings.PathMtuMin,
        IcmpErrorsPerSecond = settings.IcmpErrorsPerSecond,
        EchoRepliesPerSecond = settings.EchoRepliesPerSecond,
        TimeToLive = (byte)settings.TimeToLive,
    };

    /// <summary>TCP's limits and times.</summary>
    public static TcpLimits ToTcp(this TcpSettings settings) => new()
    {
        ConnectionMax = settings.Connections,
        TimeWaitMax = settings.TimeWaitConnections ?? settings.Connections / 2,
        SynMax = settings.ToHalfOpen(),
        ReceiveWindow = settings.ReceiveWindow,
        ReceiveBufferCount = settings.ToReceiveBuffers(),
        PeerConnectionMax = Math.Min(settings.Peer.Connections, Math.Max(1, settings.Connections / 4)),
        PeerHalfOpenMax = settings.Peer.HalfOpen,
        PeerFramesPercent = settings.Peer.FramesPercent,
        PeerReceiveBuffersPercent = settings.Peer.ReceiveBuffersPercent,
        SendSlicesPerConnectionMax = Math.Min(settings.SendSlicesPerConnection, settings.SendSlices),
        SendSlicesMax = settings.SendSlices,
        MssMax = (ushort)settings.MssMax,
        InitialWindowSegments = settings.InitialWindow,
        Congestion = settings.Congestion,
        RtoInitialMilliseconds = settings.RtoInitial.Milliseconds,
        RtoMinMilliseconds = Math.Min(settings.RtoMin.Milliseconds, settings.RtoInitial.Milliseconds),
        RetransmitMax = settings.Retransmissions,
        DelayedAckMilliseconds = settings.DelayedAck.Milliseconds,
        TimeWaitMilliseconds = settings.TimeWait.Milliseconds,
        FinWait2Milliseconds = settings.FinWait2.Milliseconds,
        UserTimeoutMilliseconds = settings.UserTimeout.Milliseconds,
        KeepAliveMilliseconds = settings.KeepAlive.Milliseconds,
        ResetsPerSecond = settings.ResetsPerSecond,
    };

    /// <summary>The peers of all shards.</summary>
    /// <param name="settings">What a peer is, and who has no limits.</param>
    /// <param name="key">A secret.</param>
    public static PeerTable ToTable(this PeerSettings settings, UInt128 key) =>
        new(settings.Prefix4, Array.ConvertAll(settings.Exempt ?? [], NetworkOf), key);

    /// <summary>The content and its limits.</summary>
    public static ContentOptions ToContent(this ApplianceOptions options) => new()
    {
        Root = ContentDirectory.Find(options.Content.Directory) ?? options.Content.Directory,
        PackedFileMax = options.Content.PackedFileBytes,
        PackedBytesMax = options.Content.PackedBytes ?? MemoryDefaults.Own.PackedBytes,
        FileMax = options.Content.Files,
        DirectoryDepthMax = options.Content.DirectoryDepth,
        TagsAreDigests = options.Content.Tags == ContentTags.Digest,
        LoadThreads = options.Content.LoadThreads,
        ResidencyThreads = options.Content.ResidencyThreads,
        PeerPrefixLength = options.Tcp.Peer.Prefix4,
        IsSandboxed = options.Server.Sandbox,
    };

    /// <summary>HTTP's limits and times.</summary>
    public static HttpOptions ToHttp(this HttpSettings settings) => new()
    {
        Port = (ushort)settings.Port,
        ServerName = settings.ServerName,
        HeadBytesMax = settings.HeadBytes,
        TargetBytesMax = settings.TargetBytes < settings.HeadBytes
            ? settings.TargetBytes
            : settings.HeadBytes / 2,
        HeaderCountMax = settings.HeaderCount,
        HeadTimeout = settings.HeadTimeout.Value,
        IdleTimeout = settings.IdleTimeout.Value,
        BodyBytesMax = settings.BodyBytes,
        BodyTimeout = settings.BodyTimeout.Value,
    };

    /// <summary>FTP's limits, times and users.</summary>
    public static FtpOptions ToFtp(this FtpSettings settings)
    {
        _ = PortRange.TryParse(settings.PassivePorts, out PortRange passive);
        return new FtpOptions
        {
            Port = (ushort)settings.Port,
            PassivePortFirst = passive.First,
            PassivePortLast = passive.Last,
            MasqueradeAddress = settings.MasqueradeAddress is { } text
                && Ipv4Address.TryParse(text, out Ipv4Address address) ? address : null,
            AllowsActive = settings.Active,
            ActivePort = (ushort)settings.ActivePort,
            Banner = settings.Banner,
            DirectoryMessageFile = settings.DirectoryMessage,
            AllowsAnonymous = settings.Anonymous,
            AnonymousRoot = RootOf(settings.AnonymousRoot),
            Users = Array.ConvertAll(settings.Users, ToFtpUser),
            ClientsMax = settings.Clients,
            ClientsPerPeerMax = settings.ClientsPerPeer,
            FailedLoginsMax = settings.FailedLogins,
            FailedLoginDelay = settings.FailedLoginDelay.Value,
            LoginTimeout = settings.LoginTimeout.Value,
            IdleTimeout = settings.IdleTimeout.Value,
            AcceptTimeout = settings.AcceptTimeout.Value,
            DataTimeout = settings.DataTimeout.Value,
            CommandBytesMax = settings.CommandBytes,
            LineBytesMax = settings.LineBytes,
            BytesPerSecond = settings.BytesPerSecond,
        };
    }

    /// <summary>The limits on uploads.</summary>
    public static UploadOptions ToUploads(this FtpUploadSettings settings) => new()
    {
        BlockBytes = settings.BlockBytes,
        Blocks = BlocksOf(settings),
        BlocksPerUpload = Math.Min(settings.BlocksPerUpload, BlocksOf(settings)),
        Threads = settings.Threads,
        UploadsMax = settings.Uploads,
        PartialLifetime = settings.PartialLifetime.Value,
        PartialsMax = settings.Partials,
        PartialsPerUserMax = settings.PartialsPerUser,
        StopTimeout = settings.StopTimeout.Value,
    };

    /// <summary>The logs of transfers.</summary>
    public static TransferLogOptions ToTransferLog(this FtpLogSettings settings) => new()
    {
        XferlogFile = settings.Xferlog,
        JsonFile = settings.Json,
        QueueMax = settings.Queue,
    };

    private static int BlocksOf(FtpUploadSettings settings) =>
        settings.Blocks ?? MemoryDefaults.Own.UploadBlocks;

    private static FtpUser ToFtpUser(FtpUserSettings settings) => new()
    {
        Owner = new ContentOwner(
            settings.Name,
            RootOf(settings.Root),
            settings.FileBytes ?? long.MaxValue,
            settings.QuotaBytes ?? long.MaxValue),
        PasswordHash = settings.PasswordHash,
        Rights = settings.Rights is { } rights
            ? rights.Aggregate(FtpRights.None, (all, right) => all | ToRights(right))
            : FtpUser.ReadOnly,
    };

    private static FtpRights ToRights(FtpRight right) => right switch
    {
        FtpRight.Read => FtpRights.Read,
        FtpRight.List => FtpRights.List,
        FtpRight.Write => FtpRights.Write,
        FtpRight.Delete => FtpRights.Delete,
        FtpRight.Rename => FtpRights.Rename,
        _ => FtpRights.MakeDirectories,
    };

    private static string RootOf(string text) =>
        ContentPath.TryMake(text, out string path)
            ? path
            : throw new InvalidOperationException($"{text} was checked to be a path");

    /// <summary>The URL that FTP's clients take.</summary>
    public static string ToFtpUrl(this ApplianceOptions options, IpAddress address) =>
        UrlOf("ftp", address, options.Ftp.Port, defaultPort: 21);

    /// <summary>The URL of the metrics.</summary>
    public static string ToMetricsUrl(this ApplianceOptions options, IpAddress address) =>
        UrlOf("http", address, options.Metrics.Port, defaultPort: 80) + "metrics";

    /// <summary>The service of the metrics; by default for the server's own network alone.</summary>
    public static MetricsOptions ToMetrics(this ApplianceOptions options, IpPrefix own) => new()
    {
        Port = (ushort)options.Metrics.Port,
        Allowed = options.Metrics.Allow is { } allow ? Array.ConvertAll(allow, NetworkOf) : [own],
        ClientsMax = options.Metrics.Clients,
        IdleTimeout = options.Metrics.IdleTimeout.Value,
    };

    /// <summary>The URL that the server answers.</summary>
    public static string ToUrl(this ApplianceOptions options, IpAddress address) =>
        UrlOf("http", address, options.Http.Port, defaultPort: 80);

    private static string UrlOf(string scheme, IpAddress address, int port, int defaultPort) =>
        port == defaultPort
            ? $"{scheme}://{address}/"
            : FormattableString.Invariant($"{scheme}://{address}:{port}/");

    private static List<ServicePort> ToPorts(this ApplianceOptions options) =>
        [.. options.ToTcpPorts().Select(ports => new ServicePort(IpProtocol.Tcp, ports))];

    private static List<PortSpan> ToTcpPorts(this ApplianceOptions options)
    {
        List<PortSpan> ports = [One(options.Http.Port)];
        if (options.Metrics.Port != 0)
        {
            ports.Add(One(options.Metrics.Port));
        }
        if (options.Ftp.Enabled)
        {
            FtpOptions ftp = options.Ftp.ToFtp();
            ports.Add(One(ftp.Port));
            ports.Add(new PortSpan(ftp.PassivePortFirst, ftp.PassivePortLast));
            if (ftp.AllowsActive)
            {
                ports.Add(One(ftp.ActivePort));
            }
        }
        return ports;

        static PortSpan One(int port) => new((ushort)port, (ushort)port);
    }

    /// <summary>
    /// Connections are opened by FTP alone, and of a shared address the passive ports are its own.
    /// </summary>
    private static PortSpan ToSharedEphemeral(this ApplianceOptions options)
    {
        FtpOptions ftp = options.Ftp.ToFtp();
        return new PortSpan(ftp.PassivePortFirst, ftp.PassivePortLast);
    }

    private static MacAddress? MacOf(NetworkSettings network) =>
        network.Mac is { } text && MacAddress.TryParse(text, out MacAddress mac) ? mac : null;

    /// <summary>A locally administered Ethernet address that an IP address always gives.</summary>
    private static MacAddress LocalMacOf(Ipv4Prefix prefix)
    {
        const ulong LocallyAdministered = 0x0253_0000_0000;
        return new MacAddress(LocallyAdministered | prefix.Address.Value);
    }

    private static Ipv4Address? AddressOf(string? text) =>
        text is not null && Ipv4Address.TryParse(text, out Ipv4Address address) ? address : null;

    private static IpPrefix NetworkOf(string text) => PrefixOf(text);

    private static Ipv4Prefix PrefixOf(string text) =>
        Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix)
            ? prefix
            : throw new InvalidOperationException($"{text} was checked to be a prefix");
}
