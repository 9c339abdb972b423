using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Services;
using Straightwire.Devices.Network;
using Straightwire.Devices.Processes;
using Straightwire.Devices.Tap;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Options;

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
        PortSpan owned = options.ToOwnedPorts() ?? new PortSpan(1, 0);
        ShardOptions all = options.ToAllShards(link);
        return count == 1 ? all : all with
        {
            Frames = ShardShare.Of(all.Frames, count),
            Ip = ShardShare.Of(all.Ip, count),
            Tcp = ShardShare.Of(all.Tcp, count),
            Place = new ShardPlace(number, count, owned.First, owned.Last),
        };
    }

    /// <summary>
    /// Shards to run: as configured, or one for each CPU that the process may use, as far as the services
    /// have enough for each. Each needs a queue: pcap has one.
    /// </summary>
    public static int ToShardCount(this ApplianceOptions options)
    {
        if (options.Server.Shards != 0)
        {
            return options.Server.Shards;
        }
        // A quota of processor time gives fewer than the mask does.
        int most = Math.Min(CpuAffinity.Allowed().Length, Environment.ProcessorCount);
        most = options.Services.Select(plan => plan.ShardMax).Append(most).Min();
        return options.Link.Kind == LinkChoice.Pcap ? 1 : Math.Clamp(most, 1, ShardMax);
    }

    private static ShardOptions ToAllShards(this ApplianceOptions options, LinkGrant link) => new()
    {
        Mac = link.Mac,
        Address = link.Address,
        Gateway = link.Gateway,
        SharedPorts = link.IsShared ? options.ToPorts() : null,
        EphemeralPorts = link.IsShared && options.ToOwnedPorts() is { } owned ? owned : ShardOptions.Dynamic,
        Frames = ShardShare.Of<FrameLimits>(
            options.Server with { PoolFrames = options.Server.ToPoolFrames() }, count: 1),
        Ip = options.ToIp(),
        Tcp = options.ToTcp(),
    };

    /// <summary>Frames for generated bytes, of all shards.</summary>
    public static int ToPoolFrames(this ServerSettings settings) =>
        settings.PoolFrames ?? MemoryDefaults.Own.PoolFrames;

    /// <summary>Receive buffers of all shards.</summary>
    public static int ToReceiveBuffers(this ApplianceOptions options) =>
        options.Tcp.ReceiveBuffers ?? MemoryDefaults.Own.ReceiveBuffers;

    /// <summary>IP's limits of all shards.</summary>
    public static IpOptions ToIp(this ApplianceOptions options) =>
        options.Ip.Settled() with { PeerPrefixLength = options.Tcp.Peer.Prefix4 };

    /// <summary>TCP's limits of all shards.</summary>
    public static TcpLimits ToTcp(this ApplianceOptions options) =>
        (options.Tcp with { ReceiveBuffers = options.ToReceiveBuffers() }).Settled();

    /// <summary>The peers of all shards.</summary>
    /// <param name="settings">What a peer is, and who has no limits.</param>
    /// <param name="key">A secret.</param>
    public static PeerTable ToTable(this PeerLimits settings, UInt128 key) =>
        new(settings.Prefix4, Array.ConvertAll(settings.Exempt ?? [], IpPrefix.Parse), key);

    /// <summary>The content and its limits.</summary>
    public static ContentOptions ToContent(this ApplianceOptions options) => options.Content with
    {
        Directory = ContentDirectory.Find(options.Content.Directory) ?? options.Content.Directory,
        PackedBytes = options.Content.PackedBytes ?? MemoryDefaults.Own.PackedBytes,
        PeerPrefixLength = options.Tcp.Peer.Prefix4,
        IsSandboxed = options.Server.Sandbox,
    };

    /// <summary>What the plans of services know of the rest.</summary>
    public static PlanContext ToPlanContext(this ApplianceOptions options) => new(
        options.ToContent(),
        options.Tcp.Peer.Prefix4,
        options.Server.Shards,
        options.Log.ToMask());

    /// <summary>What of peers' addresses stands in logs.</summary>
    public static AddressMask ToMask(this LogSettings settings) => new(settings.Mask4, settings.Mask6);

    private static List<ServicePort> ToPorts(this ApplianceOptions options) =>
        [.. options.Services.SelectMany(plan => plan.Ports).Select(port => port.Port)];

    /// <summary>
    /// The ports that belong to one shard each; of a shared address, connections are opened from them.
    /// </summary>
    private static PortSpan? ToOwnedPorts(this ApplianceOptions options) => options.Services
        .SelectMany(plan => plan.Ports)
        .Where(port => port.Use == PortUse.Expects)
        .Select(port => (PortSpan?)port.Port.Ports)
        .SingleOrDefault();

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

    private static Ipv4Prefix PrefixOf(string text) =>
        Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix)
            ? prefix
            : throw new InvalidOperationException($"{text} was checked to be a prefix");
}
