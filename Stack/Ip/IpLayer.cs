using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip.V4;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Everything below the transports: Ethernet, IP with what belongs to it, and the paths, of one shard. Frames
/// come in, packets go to their transport; packets of its own go into the transmit batch with complete
/// checksums, and are dropped and counted when it is full. Each version of IP has a folder; whoever stands
/// above this one knows none of them. <see cref="TryResolve"/> may put a request into the batch, so call it
/// before <see cref="TransmitBatch.Begin"/>, not between that and <see cref="TransmitBatch.Commit"/>.
/// </summary>
public sealed partial class IpLayer : IIpOutput
{
    // What secrets are derived for.
    private const ulong ForBudgets = 1;
    private const ulong ForPaths = 2;
    private const ulong ForNeighbors = 3;

    private readonly IpCounters _counters;
    private readonly Transports _transports = new();
    private readonly Ipv4Layer _v4;
    private MacAddress _mac;
    private long _adopted;

    /// <summary>Builds the layer; all memory is allocated here.</summary>
    /// <param name="options">Limits of tables, rates and times.</param>
    /// <param name="network">Who we are on the network.</param>
    /// <param name="isShared">The kernel has the address too, and speaks for it.</param>
    /// <param name="batch">Where packets of its own go.</param>
    /// <param name="counters">What is counted of packets.</param>
    /// <param name="neighbors">What is counted of ARP.</param>
    /// <param name="secrets">What must be unpredictable.</param>
    /// <param name="now">The origin of timers.</param>
    /// <param name="round">The shards that answer for the address.</param>
    public IpLayer(
        IpOptions options,
        NetworkState network,
        bool isShared,
        TransmitBatch batch,
        IpCounters counters,
        NeighborCounters neighbors,
        ShardSecrets secrets,
        Instant now,
        ShardRound round)
    {
        _options = options;
        _round = round;
        _mac = network.Mac;
        _counters = counters;
        _paths = new PathTable(options, secrets.Derive(ForPaths));
        _v4 = new Ipv4Layer(
            options, network, isShared, batch, counters, neighbors, secrets.Derive(ForNeighbors),
            new RandomNumbers(secrets.Derive(ForBudgets)), now, round, _transports);
    }

    /// <summary>Most bytes of an IP packet on the link.</summary>
    public int Mtu => _v4.Output.Mtu;

    /// <inheritdoc/>
    public long NeighborVersion => _v4.Neighbors.Version + _adopted;

    /// <summary>
    /// Call <see cref="OnTimers"/> no later than this; <see cref="Instant.Never"/> when nothing waits.
    /// </summary>
    public Instant NextDeadline => _v4.NextDeadline;

    /// <summary>IPv4 itself, for tests.</summary>
    internal Ipv4Layer V4 => _v4;

    /// <summary>
    /// One more transport takes packets; a protocol that none takes is unknown. Before the first frame.
    /// </summary>
    public void Add(ITransport transport) => _transports.Add(transport);

    /// <summary>Tells everybody which address is ours, for all shards, if it is ours alone.</summary>
    public void Start(Instant now) => _v4.Start(now);

    /// <summary>Goes on as who it is now, and tells everybody if it is to.</summary>
    public void Adopt(NetworkState state, Instant now)
    {
        _mac = state.Mac;
        _adopted++;
        _v4.Adopt(state, now);
    }

    /// <summary>
    /// Takes what another shard has handed over: what it learned of a path, or what a version of IP wants
    /// there.
    /// </summary>
    public void OnHandedOver(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (header.Kind == HandoverKind.PathMtu)
        {
            AdoptPathMtu(in header, bytes, now);
        }
        else
        {
            _v4.OnHandedOver(in header, bytes, now);
        }
    }

    /// <summary>Takes a received frame; its bytes are not kept.</summary>
    public void OnFrame(ReadOnlySpan<byte> frame, ReceiveChecksum checksum, Instant now)
    {
        if (!EthernetHeader.TryRead(frame, out EthernetHeader header, out ReadOnlySpan<byte> payload))
        {
            _counters.FramesTruncated++;
        }
        else if (header.Destination != _mac && header.Destination != MacAddress.Broadcast)
        {
            _counters.FramesForOthers++;
        }
        else if (header.Source.IsGroup || header.Source == _mac)
        {
            _counters.FrameSourcesInvalid++;
        }
        else if (header.EtherType == EthernetHeader.TypeIpv4)
        {
            _v4.OnPacket(payload, header.Source, header.Destination != _mac, checksum, now);
        }
        else if (header.EtherType == EthernetHeader.TypeArp)
        {
            _v4.Arp.OnPacket(payload, now);
        }
        else if (header.IsTagged)
        {
            _counters.FramesOfVlans++;
        }
        else
        {
            _counters.FramesOfOtherTypes++;
        }
    }

    /// <summary>
    /// Does what is due: announces, asks neighbours again, gives up neighbours and fragments.
    /// </summary>
    public void OnTimers(Instant now) => _v4.OnTimers(now);

    /// <inheritdoc/>
    public bool TryResolve(IpAddress destination, Instant now, out NextHop hop)
    {
        if (destination.IsIpv4)
        {
            return _v4.Output.TryResolve(destination.ToIpv4(), now, out hop);
        }
        _counters.DestinationsWithoutRoute++;
        hop = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryPrepareReply(IpAddress destination, Instant now, out NextHop hop) =>
        _v4.Output.TryPrepareReply(destination.ToIpv4(), _v4.Output.PayloadMax, now, out hop);

    /// <inheritdoc/>
    public IpAddress SourceFor(in IpPacket asked) => _v4.Ours.Address;

    /// <inheritdoc/>
    public void Confirm(IpAddress destination, Instant now)
    {
        if (destination.IsIpv4)
        {
            _v4.Output.Confirm(destination.ToIpv4(), now);
        }
    }

    /// <inheritdoc/>
    public void Suspect(IpAddress destination, Instant now)
    {
        if (destination.IsIpv4)
        {
            _v4.Output.Suspect(destination.ToIpv4(), now);
        }
    }

    /// <inheritdoc/>
    public bool HasMovedSince(IpAddress destination, Instant since) =>
        destination.IsIpv4 && _v4.Output.HasMovedSince(destination.ToIpv4(), since);

    /// <inheritdoc/>
    public int PayloadMax(IpAddress destination) => _v4.Output.PayloadMax;

    /// <inheritdoc/>
    public void WriteHeaders(
        Span<byte> header, in NextHop hop, in FlowKey flow, byte protocol, int payloadLength,
        EcnCodepoint ecn = EcnCodepoint.NotEct) =>
        _v4.Output.WriteHeaders(
            header, hop.Mac, flow.LocalAddress.ToIpv4(), flow.RemoteAddress.ToIpv4(), protocol,
            payloadLength, ecn);

    /// <inheritdoc/>
    public void RefusePort(in IpPacket packet, Instant now)
    {
        if (!packet.Quotable.IsEmpty)
        {
            _v4.Icmp.SendUnreachable(
                IcmpHeader.PortUnreachable, packet.Source.ToIpv4(), packet.Quotable, now);
        }
    }
}
