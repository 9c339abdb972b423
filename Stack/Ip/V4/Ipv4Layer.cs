using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>IPv4 of one shard: its address and neighbours, fragments, ICMP and headers.</summary>
internal sealed class Ipv4Layer
{
    // RFC 5227 §1.1: ANNOUNCE_NUM and ANNOUNCE_INTERVAL.
    private const int AnnounceCount = 2;
    private const int AnnounceMilliseconds = 2000;

    private readonly bool _isAnnouncer;
    private readonly ArpSender _arpSender;
    private readonly Reassembly _reassembly;
    private Instant _announceAt = Instant.Never;
    private int _announcementsLeft;
    private long _announced;

    /// <summary>Builds it; all memory is allocated here.</summary>
    /// <param name="options">Limits of tables, rates and times.</param>
    /// <param name="network">Who we are on the network.</param>
    /// <param name="isShared">The kernel has the address too, and speaks for it.</param>
    /// <param name="batch">Where packets of its own go.</param>
    /// <param name="counters">What is counted of packets.</param>
    /// <param name="neighbors">What is counted of ARP.</param>
    /// <param name="neighborKey">A secret, so that nobody can choose neighbours that collide.</param>
    /// <param name="random">What a stranger does not foresee.</param>
    /// <param name="now">The origin of timers.</param>
    /// <param name="round">The shards that answer for the address.</param>
    /// <param name="transports">Who takes the payload of each protocol.</param>
    public Ipv4Layer(
        IpOptions options,
        NetworkState network,
        bool isShared,
        TransmitBatch batch,
        IpCounters counters,
        NeighborCounters neighbors,
        ulong neighborKey,
        RandomNumbers random,
        Instant now,
        ShardRound round,
        Transports transports)
    {
        _isAnnouncer = round.Number == 0;
        Ipv4Address? gateway = network.Gateway?.ToIpv4();
        Ours = new Ipv4Interface(network.Address!.Value.ToIpv4(), gateway, isShared);
        _arpSender = new ArpSender(network.Mac, Ours.Address, batch, neighbors);
        Neighbors = new NeighborTable(options, gateway, _arpSender, neighbors, neighborKey, now);
        Arp = new ArpInput(Ours, Neighbors, _arpSender, round, neighbors);
        Output = new Ipv4Output(options, network.Mac, MtuOf(network), Ours, Neighbors, batch, counters);
        _reassembly = new Reassembly(options, counters, now);
        Icmp = new IcmpResponder(options, Ours, Output, batch, random, counters, transports);
        Input = new Ipv4Input(Ours, _reassembly, Icmp, round, counters, transports);
    }

    /// <summary>Our address and network.</summary>
    public Ipv4Interface Ours { get; }

    /// <summary>Whom we know on our network.</summary>
    public NeighborTable Neighbors { get; }

    /// <summary>Takes the ARP packets that are received.</summary>
    public ArpInput Arp { get; }

    /// <summary>Takes the IPv4 packets that are received.</summary>
    public Ipv4Input Input { get; }

    /// <summary>Routes, and writes headers.</summary>
    public Ipv4Output Output { get; }

    /// <summary>Answers echo and sends errors.</summary>
    public IcmpResponder Icmp { get; }

    /// <summary>Datagrams whose fragments have not all come.</summary>
    public int ReassemblyCount => _reassembly.Count;

    /// <summary>Call <see cref="OnTimers"/> no later than this.</summary>
    public Instant NextDeadline =>
        Instant.Min(_announceAt, Instant.Min(Neighbors.NextDeadline, _reassembly.NextDeadline));

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
        Ours.Adopt(state.Address?.ToIpv4(), state.Gateway?.ToIpv4());
        _arpSender.Adopt(state.Mac, Ours.Address);
        Output.Adopt(state.Mac, MtuOf(state));
        if (state.Announcements != _announced)
        {
            // The kernel tells of a change only where it is told to (arp_notify), even of its own address.
            _announced = state.Announcements;
            BeginAnnouncing(now);
        }
    }

    /// <summary>Takes the payload of a frame, padding included.</summary>
    /// <param name="bytes">The packet and what stands behind it.</param>
    /// <param name="from">The station that the frame came from.</param>
    /// <param name="isBroadcast">The frame was for everybody.</param>
    /// <param name="checksum">What the link knows of the transport's checksum.</param>
    /// <param name="now">The instant of this pass.</param>
    public void OnPacket(
        ReadOnlySpan<byte> bytes, MacAddress from, bool isBroadcast, ReceiveChecksum checksum, Instant now)
    {
        Output.ReplyTo = from;
        Input.OnPacket(bytes, isBroadcast, checksum, now);
    }

    /// <summary>Takes what another shard has handed over: an ARP packet or a fragment.</summary>
    public void OnHandedOver(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (header.Kind == HandoverKind.Arp)
        {
            Arp.OnHandedOver(in header, bytes, now);
        }
        else
        {
            bool isBroadcast = (header.Trail.Marks & HandoverMarks.Broadcast) != 0;
            Output.ReplyTo = default;
            Input.OnPacket(bytes, isBroadcast, ReceiveChecksum.Unverified, now);
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
        Neighbors.OnTimers(now);
        _reassembly.OnTimers(now);
    }

    // A total length tells no more.
    private static int MtuOf(NetworkState network) => Math.Min(network.Mtu, ushort.MaxValue);

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
