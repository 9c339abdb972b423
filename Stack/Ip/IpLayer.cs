using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Everything below TCP: Ethernet, ARP, IPv4, ICMP and UDP of one shard. Frames come in, TCP goes to
/// <see cref="Transport"/>; packets of its own go into the transmit batch with complete checksums, and are
/// dropped and counted when it is full. <see cref="TryResolve"/> may put a request there, so call it before
/// <see cref="TransmitBatch.Begin"/>, not between that and <see cref="TransmitBatch.Commit"/>.
/// </summary>
public sealed class IpLayer : IIpOutput
{
    // RFC 5227 §1.1: ANNOUNCE_NUM and ANNOUNCE_INTERVAL.
    private const int AnnounceCount = 2;
    private const int AnnounceMilliseconds = 2000;

    // What is learned of paths and told to other shards, so that nobody can fill their queues with it.
    private const int PathNewsPerSecond = 100;

    // What secrets are derived for.
    private const ulong ForBudgets = 1;
    private const ulong ForPaths = 2;
    private const ulong ForNeighbors = 3;

    private MacAddress _mac;
    private readonly bool _isAnnouncer;
    private readonly IpCounters _counters;
    private readonly NeighborTable _neighbors;
    private readonly Reassembly _reassembly;
    private readonly ArpSender _arpSender;
    private readonly ArpInput _arpInput;
    private readonly IpInput _input;
    private readonly ShardRound _round;
    private readonly RateLimit _news = new(PathNewsPerSecond);
    private Instant _announceAt = Instant.Never;
    private int _announcementsLeft;
    private long _announced;

    /// <summary>Builds the layer; all memory is allocated here.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="network">Who we are.</param>
    /// <param name="isShared">The kernel has the address too, and speaks for it.</param>
    /// <param name="batch">Where packets go.</param>
    /// <param name="counters">What is counted.</param>
    /// <param name="neighbors">What is counted of ARP.</param>
    /// <param name="secrets">What must be unpredictable.</param>
    /// <param name="now">The origin of timers.</param>
    /// <param name="round">The other shards.</param>
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
        _round = round;
        _mac = network.Mac;
        _isAnnouncer = round.Number == 0;
        _counters = counters;
        Ours = new Ipv4Interface(network.Address!.Value, network.Gateway, isShared);
        _arpSender = new ArpSender(_mac, Ours.Address, batch, neighbors);
        _neighbors = new NeighborTable(
            options, network.Gateway, _arpSender, neighbors, secrets.Derive(ForNeighbors), now);
        _arpInput = new ArpInput(Ours, _neighbors, _arpSender, round, neighbors);
        var paths = new PathTable(options, secrets.Derive(ForPaths));
        int mtu = Math.Min(network.Mtu, ushort.MaxValue);
        Output = new IpOutput(options, _mac, mtu, Ours, _neighbors, paths, batch, counters);
        _reassembly = new Reassembly(options, counters, now);
        var random = new RandomNumbers(secrets.Derive(ForBudgets));
        Icmp = new IcmpResponder(options, Ours, Output, batch, random, counters);
        _input = new IpInput(Ours, _reassembly, Icmp, round, counters);
    }

    /// <summary>Where TCP segments go; without it, TCP is an unknown protocol.</summary>
    public ITransport? Transport
    {
        get => _input.Transport;
        set => _input.Transport = value;
    }

    /// <summary>Where datagrams go; without it, UDP is an unknown protocol.</summary>
    internal IDatagramInput? Datagrams
    {
        set => _input.Datagrams = value;
    }

    /// <summary>Our address and network.</summary>
    internal Ipv4Interface Ours { get; }

    /// <summary>Headers and places of replies.</summary>
    internal IpOutput Output { get; }

    /// <summary>What sends errors.</summary>
    internal IcmpResponder Icmp { get; }

    /// <inheritdoc/>
    public int Mtu => Output.Mtu;

    /// <inheritdoc/>
    public long NeighborVersion => Output.NeighborVersion;

    /// <summary>
    /// Call <see cref="OnTimers"/> no later than this; <see cref="Instant.Never"/> when nothing waits.
    /// </summary>
    public Instant NextDeadline =>
        Instant.Min(_announceAt, Instant.Min(_neighbors.NextDeadline, _reassembly.NextDeadline));

    /// <summary>Neighbours known or asked for.</summary>
    internal int NeighborCount => _neighbors.Count;

    /// <summary>Datagrams in reassembly.</summary>
    internal int ReassemblyCount => _reassembly.Count;

    /// <summary>
    /// Announces our address (RFC 5227 §2.3), for all shards, if it is ours alone. The probes of §2.1.1,
    /// which come before that, would begin here.
    /// </summary>
    public void Start(Instant now)
    {
        if (!Ours.IsShared)
        {
            BeginAnnouncing(now);
        }
    }

    /// <summary>Goes on as who it is now, and tells everybody if it is to (RFC 5227 §2.3).</summary>
    public void Adopt(NetworkState state, Instant now)
    {
        _mac = state.Mac;
        Ours.Adopt(state.Address, state.Gateway);
        _arpSender.Adopt(_mac, Ours.Address);
        Output.Adopt(_mac, Math.Min(state.Mtu, ushort.MaxValue));
        if (state.Announcements != _announced)
        {
            // The kernel tells of a change only where it is told to (arp_notify), even of its own address.
            _announced = state.Announcements;
            BeginAnnouncing(now);
        }
    }

    /// <summary>
    /// Takes what another shard has handed over: an ARP packet, a fragment, or what it learned of a path.
    /// </summary>
    public void OnHandedOver(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (header.Kind == HandoverKind.Arp)
        {
            _arpInput.OnHandedOver(in header, bytes, now);
        }
        else if (header.Kind == HandoverKind.PathMtu)
        {
            Output.AdoptPathMtu(header.Source, BinaryPrimitives.ReadInt32BigEndian(bytes), now);
        }
        else
        {
            bool isBroadcast = (header.Marks & HandoverMarks.Broadcast) != 0;
            _input.OnPacket(bytes, isBroadcast, ReceiveChecksum.Unverified, now);
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
            _input.OnPacket(payload, header.Destination != _mac, checksum, now);
        }
        else if (header.EtherType == EthernetHeader.TypeArp)
        {
            _arpInput.OnPacket(payload, now);
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
    public void OnTimers(Instant now)
    {
        if (_announceAt <= now)
        {
            Announce(now);
        }
        _neighbors.OnTimers(now);
        _reassembly.OnTimers(now);
    }

    /// <inheritdoc/>
    public bool TryResolve(Ipv4Address destination, Instant now, out MacAddress nextHop) =>
        Output.TryResolve(destination, now, out nextHop);

    /// <inheritdoc/>
    public bool IsNeighbor(Ipv4Address destination) => Output.IsNeighbor(destination);

    /// <inheritdoc/>
    public void Confirm(Ipv4Address destination, Instant now) => Output.Confirm(destination, now);

    /// <inheritdoc/>
    public void Suspect(Ipv4Address destination, Instant now) => Output.Suspect(destination, now);

    /// <inheritdoc/>
    public bool HasMovedSince(Ipv4Address destination, Instant since) =>
        Output.HasMovedSince(destination, since);

    /// <inheritdoc/>
    public int PathVersion => Output.PathVersion;

    /// <inheritdoc/>
    public int PathMtu(Ipv4Address destination) => Output.PathMtu(destination);

    /// <inheritdoc/>
    public bool TryLearnPathMtu(Ipv4Address destination, int mtu, Instant now)
    {
        int version = Output.PathVersion;
        if (!Output.TryLearnPathMtu(destination, mtu, now))
        {
            return false;
        }
        if (Output.PathVersion != version && _round.HasPeers && _news.TryTake(now))
        {
            // The next connection to the destination may be another shard's.
            Span<byte> record = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(record, mtu);
            HandoverHeader header = new(
                HandoverKind.PathMtu, 0, HandoverMarks.None, destination, default);
            _round.GiveAll(in header, record);
        }
        return true;
    }

    /// <inheritdoc/>
    public bool IsPathOld(Ipv4Address destination, Instant now) => Output.IsPathOld(destination, now);

    /// <inheritdoc/>
    public void BeginPathTrial(Ipv4Address destination, Instant now) =>
        Output.BeginPathTrial(destination, now);

    /// <inheritdoc/>
    public void ForgetPath(Ipv4Address destination) => Output.ForgetPath(destination);

    /// <inheritdoc/>
    public void WriteHeaders(
        Span<byte> header, MacAddress nextHop, Ipv4Address source, Ipv4Address destination, byte protocol,
        int payloadLength) =>
        Output.WriteHeaders(header, nextHop, source, destination, protocol, payloadLength);

    private void BeginAnnouncing(Instant now)
    {
        if (_isAnnouncer)
        {
            _announcementsLeft = AnnounceCount;
            Announce(now);
        }
    }

    private void Announce(Instant now)
    {
        if (Ours.Address != Ipv4Address.Any)
        {
            _arpSender.SendAnnouncement();
        }
        _announceAt = --_announcementsLeft > 0 ? now.PlusMilliseconds(AnnounceMilliseconds) : Instant.Never;
    }
}
