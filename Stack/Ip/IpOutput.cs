using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Routing, next hops and headers; and for the replies of ICMP and UDP, a place in the transmit batch.
/// </summary>
internal sealed class IpOutput(
    IpOptions options,
    MacAddress mac,
    int mtu,
    Ipv4Interface ours,
    NeighborTable neighbors,
    PathTable paths,
    TransmitBatch batch,
    IpCounters counters)
    : IIpOutput
{
    private MacAddress _mac = mac;
    private long _adopted;

    /// <inheritdoc/>
    public int Mtu { get; private set; } = mtu;

    /// <inheritdoc/>
    public long NeighborVersion => neighbors.Version + _adopted;

    /// <summary>Sends from another Ethernet address, or packets of another size, from now on.</summary>
    public void Adopt(MacAddress macNow, int mtuNow)
    {
        (_mac, Mtu) = (macNow, mtuNow);
        _adopted++;
    }

    /// <inheritdoc/>
    public bool TryResolve(Ipv4Address destination, Instant now, out MacAddress nextHop)
    {
        if (!ours.IsHost(destination) || destination == ours.Address)
        {
            counters.DestinationsInvalid++;
            nextHop = default;
            return false;
        }
        if (!ours.TryRoute(destination, out Ipv4Address hop))
        {
            counters.DestinationsWithoutRoute++;
            nextHop = default;
            return false;
        }
        return neighbors.TryLookup(hop, now, out nextHop);
    }

    /// <inheritdoc/>
    public bool IsNeighbor(Ipv4Address destination) => ours.IsNeighbor(destination);

    /// <inheritdoc/>
    public void Confirm(Ipv4Address destination, Instant now)
    {
        if (ours.TryRoute(destination, out Ipv4Address hop))
        {
            neighbors.Confirm(hop, now);
        }
    }

    /// <inheritdoc/>
    public void Suspect(Ipv4Address destination, Instant now)
    {
        if (ours.TryRoute(destination, out Ipv4Address hop))
        {
            neighbors.Suspect(hop, now);
        }
    }

    /// <inheritdoc/>
    public bool HasMovedSince(Ipv4Address destination, Instant since) =>
        ours.TryRoute(destination, out Ipv4Address hop) && neighbors.HasMovedSince(hop, since);

    /// <inheritdoc/>
    public int PathVersion => paths.Version;

    /// <inheritdoc/>
    public int PathMtu(Ipv4Address destination) =>
        paths.MtuOf(destination) is var known and > 0 ? Math.Min(known, Mtu) : Mtu;

    /// <inheritdoc/>
    public bool TryLearnPathMtu(Ipv4Address destination, int told, Instant now)
    {
        if (told < options.PathMtuMin)
        {
            counters.PathMtusTooSmall++;
            return false;
        }
        if (told >= Mtu)
        {
            return false;
        }
        counters.PathMtusLearned++;
        paths.Learn(destination, told, now);
        return true;
    }

    /// <summary>Another shard has learned what a path takes.</summary>
    public void AdoptPathMtu(Ipv4Address destination, int told, Instant now) =>
        paths.Learn(destination, told, now);

    /// <inheritdoc/>
    public bool IsPathOld(Ipv4Address destination, Instant now) => paths.IsOld(destination, now);

    /// <inheritdoc/>
    public void BeginPathTrial(Ipv4Address destination, Instant now)
    {
        counters.PathTrials++;
        paths.BeginTrial(destination, now);
    }

    /// <inheritdoc/>
    public void ForgetPath(Ipv4Address destination) => paths.Forget(destination);

    /// <inheritdoc/>
    public void WriteHeaders(
        Span<byte> header, MacAddress nextHop, Ipv4Address source, Ipv4Address destination, byte protocol,
        int payloadLength)
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
    /// The next hop of a reply, when the batch has room for <paramref name="payloadLength"/> bytes behind the
    /// IPv4 header. False drops the reply, counted. Call it before <see cref="TransmitBatch.Begin"/>: it may
    /// send a request of its own.
    /// </summary>
    public bool TryPrepareReply(
        Ipv4Address destination, int payloadLength, Instant now, out MacAddress nextHop)
    {
        if (!TryResolve(destination, now, out nextHop))
        {
            counters.RepliesUnresolved++;
            return false;
        }
        if (!batch.HasRoom(IIpOutput.HeaderLength + payloadLength))
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
