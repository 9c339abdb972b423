using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Ip.V4;
using Straightwire.Stack.Time;
using Straightwire.Stack.Udp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Ip;

/// <summary>
/// An <see cref="IpLayer"/> at 198.18.0.2/24 with a peer at 198.18.0.1, fed with frames by hand.
/// </summary>
internal sealed class IpHarness : ITransport
{
    private const int SegmentMax = 128;

    public static readonly MacAddress OurMac = new(0x02_00_00_00_00_02);
    public static readonly MacAddress PeerMac = new(0x02_00_00_00_00_01);
    public static readonly Ipv4Address Ours = Address("198.18.0.2");
    public static readonly Ipv4Address Peer = Address("198.18.0.1");

    public IpHarness(
        IpOptions? options = null, string? gateway = null, int headerBytes = 81_920, bool learn = true,
        IReadOnlyList<ServicePort>? sharedPorts = null, ulong seed = 3, bool hasTcp = true)
    {
        Network = new NetworkState
        {
            Mac = OurMac,
            Address = new Ipv4Prefix(Ours, 24),
            Gateway = gateway is null ? null : Address(gateway),
            Mtu = 1500,
        };
        Batch = new TransmitBatch(SegmentMax, headerBytes, TransmitBatch.GatherMax);
        Layer = new IpLayer(
            options ?? new IpOptions(), Network, isShared: sharedPorts is not null, Batch, Counters.Ip,
            Counters.Neighbor, new ShardSecrets(1, 2, seed), Now,
            new ShardRound(new ShardPlace(), null, Counters.Handover));
        Udp = new UdpInput(Layer, sharedPorts, Batch, Counters.Udp);
        if (hasTcp)
        {
            Layer.Add(this);
        }
        Layer.Add(Udp);
        if (learn)
        {
            Arp(ArpPacket.Request, PeerMac, Peer, Ours);
            Take();
        }
    }

    public NetworkState Network { get; }

    public UdpInput Udp { get; }

    public TransmitBatch Batch { get; }

    public ShardCounters Counters { get; } = new();

    public IpLayer Layer { get; }

    public Instant Now { get; set; } = new(5_000_000_000);

    public List<(Ipv4Address Source, byte[] Segment, ReceiveChecksum Checksum)> Tcp { get; } = [];

    /// <summary>Of the packet that TCP got last.</summary>
    public EcnCodepoint Ecn { get; private set; }

    public List<(FlowKey Flow, uint Sequence, PathError Error, int Mtu)> PathErrors { get; } = [];

    public static Ipv4Address Address(string text) =>
        Ipv4Address.TryParse(text, out Ipv4Address address) ? address : throw new FormatException(text);

    public byte Protocol => IpProtocol.Tcp;

    /// <summary>The MAC of the next hop to an address; false when it is not known.</summary>
    public bool TryResolve(Ipv4Address address, out MacAddress mac)
    {
        bool isKnown = Layer.TryResolve(address, Now, out NextHop hop);
        mac = hop.Mac;
        return isKnown;
    }

    /// <summary>Frames in the batch, which is empty afterwards.</summary>
    public List<byte[]> Take()
    {
        List<byte[]> frames = [];
        foreach (OutboundSegment segment in Batch.Pending)
        {
            Assert.That(segment.ChecksumStart, Is.Zero, "replies carry complete checksums");
            frames.Add(Batch.HeaderOf(segment).ToArray());
        }
        Batch.Took(Batch.Pending.Length);
        return frames;
    }

    public void Receive(byte[] frame, ReceiveChecksum checksum = ReceiveChecksum.Unverified) =>
        Layer.OnFrame(frame, checksum, Now);

    public void Arp(
        ushort operation, MacAddress senderMac, Ipv4Address sender, Ipv4Address target,
        MacAddress? to = null) =>
        Receive(ArpFrame(operation, senderMac, sender, target, to));

    public static byte[] ArpFrame(
        ushort operation, MacAddress senderMac, Ipv4Address sender, Ipv4Address target, MacAddress? to = null)
    {
        byte[] frame = new byte[60];
        new EthernetHeader(to ?? MacAddress.Broadcast, senderMac, EthernetHeader.TypeArp).Write(frame);
        new ArpPacket(operation, senderMac, sender, OurMac, target).Write(
            frame.AsSpan(EthernetHeader.Length));
        return frame;
    }

    /// <summary>A frame from the peer to us; what differs is said by the arguments.</summary>
    public static byte[] IpFrame(
        byte protocol, byte[] payload, Ipv4Address? source = null, Ipv4Address? destination = null,
        MacAddress? to = null, MacAddress? from = null,
        ushort identification = 0, int offset = 0, bool more = false)
    {
        int length = Ipv4Header.LengthMin + payload.Length;
        byte[] frame = new byte[EthernetHeader.Length + Math.Max(length, 46)];
        new EthernetHeader(to ?? OurMac, from ?? PeerMac, EthernetHeader.TypeIpv4).Write(frame);
        new Ipv4Header
        {
            Source = source ?? Peer,
            Destination = destination ?? Ours,
            Protocol = protocol,
            TimeToLive = 64,
            TotalLength = length,
            Identification = identification,
            FragmentOffset = offset,
            MoreFragments = more,
        }.Write(frame.AsSpan(EthernetHeader.Length));
        payload.CopyTo(frame, Ipv4Output.HeaderLength);
        return frame;
    }

    public static byte[] IcmpMessage(byte type, byte code, uint rest, byte[] payload)
    {
        byte[] message = new byte[IcmpHeader.Length + payload.Length];
        payload.CopyTo(message, IcmpHeader.Length);
        new IcmpHeader(type, code, rest).Write(message);
        return message;
    }

    public static byte[] UdpDatagram(
        ushort source, ushort destination, byte[] payload, Ipv4Address? from = null, Ipv4Address? to = null)
    {
        byte[] datagram = new byte[UdpHeader.Length + payload.Length];
        payload.CopyTo(datagram, UdpHeader.Length);
        UdpHeader.Write(datagram, source, destination, from ?? Peer, to ?? Ours);
        return datagram;
    }

    public static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Takes a frame of ours apart as its receiver would, checksums verified.</summary>
    public static (EthernetHeader Ethernet, Ipv4Header Ip, byte[] Payload) Read(byte[] frame)
    {
        Assert.That(
            EthernetHeader.TryRead(frame, out EthernetHeader ethernet, out ReadOnlySpan<byte> packet),
            Is.True);
        Assert.That(
            Ipv4Header.TryRead(packet, out Ipv4Header ip, out ReadOnlySpan<byte> payload, out _), Is.True);
        Assert.That(ip.TotalLength, Is.EqualTo(packet.Length), "nothing follows the packet");
        return (ethernet, ip, payload.ToArray());
    }

    /// <summary>Takes an ARP frame of ours apart.</summary>
    public static (MacAddress To, ArpPacket Packet) ReadArp(byte[] frame)
    {
        Assert.That(
            EthernetHeader.TryRead(frame, out EthernetHeader header, out ReadOnlySpan<byte> payload),
            Is.True);
        Assert.That((header.Source, header.EtherType), Is.EqualTo((OurMac, EthernetHeader.TypeArp)));
        Assert.That(ArpPacket.TryRead(payload, out ArpPacket packet, out _), Is.True);
        return (header.Destination, packet);
    }

    public void OnPacket(in IpPacket packet, Instant now)
    {
        Ecn = packet.Ecn;
        Tcp.Add((packet.Source.ToIpv4(), packet.Payload.ToArray(), packet.Checksum));
    }

    public bool OnPathError(in FlowKey flow, uint quoted, PathError error, int mtu, Instant now)
    {
        PathErrors.Add((flow, quoted, error, mtu));
        return true;
    }
}

/// <summary>Answers with the query, reversed.</summary>
internal sealed class ReverseService(ushort port) : IDatagramService
{
    public ushort Port => port;

    public List<DatagramInfo> Seen { get; } = [];

    public int Answer(in DatagramInfo info, ReadOnlySpan<byte> query, Span<byte> reply)
    {
        Seen.Add(info);
        query.CopyTo(reply);
        reply[..query.Length].Reverse();
        return query.Length;
    }
}
