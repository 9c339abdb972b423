using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>Routing, next hops and headers; and for replies, a place in the transmit batch.</summary>
internal sealed class Ipv4Output(
    IpOptions options,
    MacAddress mac,
    int mtu,
    Ipv4Interface ours,
    NeighborTable neighbors,
    TransmitBatch batch,
    IpCounters counters)
{
    /// <summary>Bytes of the Ethernet and IPv4 headers before a payload.</summary>
    public const int HeaderLength = EthernetHeader.Length + Ipv4Header.LengthMin;

    private MacAddress _mac = mac;

    /// <summary>
    /// The station that the packet in hand came from, which takes a reply whose next hop is not known yet:
    /// what asks once, as DNS and ping do, would wait for a timeout otherwise. Zero: another shard had it.
    /// </summary>
    public MacAddress ReplyTo { get; set; }

    /// <summary>Most bytes of a packet on the link.</summary>
    public int Mtu { get; private set; } = mtu;

    /// <summary>Most bytes behind the header of a packet on the link.</summary>
    public int PayloadMax => Mtu - Ipv4Header.LengthMin;

    /// <summary>Sends from another Ethernet address, or packets of another size, from now on.</summary>
    public void Adopt(MacAddress macNow, int mtuNow) => (_mac, Mtu) = (macNow, mtuNow);

    /// <summary>See <see cref="IIpOutput.TryResolve"/>.</summary>
    public bool TryResolve(Ipv4Address destination, Instant now, out NextHop hop)
    {
        hop = default;
        if (!ours.IsHost(destination) || destination == ours.Address)
        {
            counters.DestinationsInvalid++;
            return false;
        }
        if (!ours.TryRoute(destination, out Ipv4Address next))
        {
            counters.DestinationsWithoutRoute++;
            return false;
        }
        bool isKnown = neighbors.TryLookup(next, now, out MacAddress nextMac);
        hop = new NextHop(nextMac, HeaderLength, Mtu, IsNeighbor: next == destination);
        return isKnown;
    }

    /// <summary>See <see cref="IIpOutput.Confirm"/>.</summary>
    public void Confirm(Ipv4Address destination, Instant now)
    {
        if (ours.TryRoute(destination, out Ipv4Address hop))
        {
            neighbors.Confirm(hop, now);
        }
    }

    /// <summary>See <see cref="IIpOutput.Suspect"/>.</summary>
    public void Suspect(Ipv4Address destination, Instant now)
    {
        if (ours.TryRoute(destination, out Ipv4Address hop))
        {
            neighbors.Suspect(hop, now);
        }
    }

    /// <summary>See <see cref="IIpOutput.HasMovedSince"/>.</summary>
    public bool HasMovedSince(Ipv4Address destination, Instant since) =>
        ours.TryRoute(destination, out Ipv4Address hop) && neighbors.HasMovedSince(hop, since);

    /// <summary>See <see cref="IIpOutput.WriteHeaders"/>.</summary>
    public void WriteHeaders(
        Span<byte> header, MacAddress nextHop, Ipv4Address source, Ipv4Address destination, byte protocol,
        int payloadLength, EcnCodepoint ecn)
    {
        int totalLength = Ipv4Header.LengthMin + payloadLength;
        // RFC 6864 §4.1: an unfragmentable datagram needs no identification.
        Write(header, nextHop, new Ipv4Header
        {
            Source = source,
            Destination = destination,
            Protocol = protocol,
            TimeToLive = options.TimeToLive,
            TotalLength = totalLength <= ushort.MaxValue ? totalLength : 0,
            Ecn = ecn,
            DontFragment = true,
        });
    }

    /// <summary>Writes the headers of a fragment from our address, without DF (RFC 791 §3.2).</summary>
    public void WriteFragmentHeaders(
        Span<byte> header,
        MacAddress nextHop,
        Ipv4Address destination,
        byte protocol,
        int payloadLength,
        ushort identification,
        int offset,
        bool more)
    {
        Write(header, nextHop, new Ipv4Header
        {
            Source = ours.Address,
            Destination = destination,
            Protocol = protocol,
            TimeToLive = options.TimeToLive,
            TotalLength = Ipv4Header.LengthMin + payloadLength,
            Identification = identification,
            FragmentOffset = offset,
            MoreFragments = more,
        });
    }

    /// <summary>
    /// The next hop of a reply, or the station that asked where that hop is not known, when the batch has
    /// room for <paramref name="payloadLength"/> bytes behind the IPv4 header. False drops the reply,
    /// counted. Call it before <see cref="TransmitBatch.Begin"/>: it may send a request of its own.
    /// </summary>
    public bool TryPrepareReply(
        Ipv4Address destination, int payloadLength, Instant now, out NextHop hop)
    {
        if (!TryResolve(destination, now, out hop))
        {
            // Without a route there is no header either.
            if (hop.HeaderLength == 0 || ReplyTo == default)
            {
                counters.RepliesUnresolved++;
                return false;
            }
            hop = hop with { Mac = ReplyTo };
        }
        if (!batch.HasRoom(HeaderLength + payloadLength))
        {
            counters.TransmitFull++;
            return false;
        }
        return true;
    }

    private void Write(Span<byte> header, MacAddress nextHop, in Ipv4Header ip)
    {
        new EthernetHeader(nextHop, _mac, EthernetHeader.TypeIpv4).Write(header);
        ip.Write(header[EthernetHeader.Length..]);
    }
}
