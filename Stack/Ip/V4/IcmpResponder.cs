using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>
/// ICMP (RFC 792, RFC 1122 §3.2.2): answers echo, sends errors within limits, hands received ones to the
/// transport that they quote.
/// </summary>
internal sealed class IcmpResponder(
    IpOptions options,
    Ipv4Interface ours,
    Ipv4Output output,
    TransmitBatch batch,
    RandomNumbers random,
    IpCounters counters,
    Transports transports)
{
    // RFC 1812 §4.3.2.3: an error quotes as much as fits in 576 bytes; RFC 1122 §3.2.2 asks for header and 8
    // bytes.
    private const int QuoteMax = 576 - Ipv4Header.LengthMin - IcmpHeader.Length;
    private const int QuotedMin = 8;

    private readonly byte[] _large = new byte[options.ReassemblyBytesMax];
    private readonly IcmpBudget _echoReplies = new(options.EchoRepliesPerSecond, random);
    private readonly IcmpBudget _errors = new(options.IcmpErrorsPerSecond, random);

    /// <summary>Takes a message for our address from a single host.</summary>
    public void OnMessage(in Ipv4Header ip, ReadOnlySpan<byte> message, Instant now)
    {
        if (!IcmpHeader.TryRead(
            message, out IcmpHeader header, out ReadOnlySpan<byte> payload, out WireFault fault))
        {
            _ = fault == WireFault.Checksum ? counters.IcmpChecksumErrors++ : counters.IcmpMalformed++;
            return;
        }
        switch (header.Type)
        {
            case IcmpHeader.EchoRequest when !ours.IsShared:
                Echo(ip.Source, header, payload, now);
                break;
            case IcmpHeader.DestinationUnreachable:
            case IcmpHeader.TimeExceeded:
                OnError(header, payload, now);
                break;
            default:
                counters.IcmpIgnored++;
                break;
        }
    }

    /// <summary>
    /// Sends "destination unreachable" about a packet that was for our address alone, whole, from a single
    /// host and no ICMP error (RFC 1122 §3.2.2), and that of a shared address is ours: the caller sees to
    /// that.
    /// </summary>
    public void SendUnreachable(byte code, Ipv4Address destination, ReadOnlySpan<byte> packet, Instant now)
    {
        ReadOnlySpan<byte> quote = packet[..Math.Min(packet.Length, QuoteMax)];
        if (!_errors.TryTake(now))
        {
            counters.IcmpErrorsLimited++;
        }
        else if (TrySend(new IcmpHeader(IcmpHeader.DestinationUnreachable, code, 0), destination, quote, now))
        {
            counters.IcmpErrorsSent++;
        }
    }

    private void Echo(Ipv4Address destination, in IcmpHeader request, ReadOnlySpan<byte> payload, Instant now)
    {
        if (IcmpHeader.Length + payload.Length > _large.Length)
        {
            counters.EchoRequestsTooLarge++;
        }
        else if (!_echoReplies.TryTake(now))
        {
            counters.EchoRepliesLimited++;
        }
        else
        {
            var reply = new IcmpHeader(IcmpHeader.EchoReply, 0, request.Rest);
            bool fits = IcmpHeader.Length + payload.Length <= output.PayloadMax;
            bool sent = fits
                ? TrySend(reply, destination, payload, now)
                : TrySendLarge(reply, destination, payload, now);
            if (sent)
            {
                counters.EchoRepliesSent++;
            }
        }
    }

    // RFC 1122 §3.2.2.6: what came in fragments is answered, and so the answer leaves in fragments too.
    private bool TrySendLarge(
        in IcmpHeader header, Ipv4Address destination, ReadOnlySpan<byte> payload, Instant now)
    {
        Span<byte> message = _large.AsSpan(0, IcmpHeader.Length + payload.Length);
        payload.CopyTo(message[IcmpHeader.Length..]);
        header.Write(message);
        int fragmentMax = output.PayloadMax & ~7;
        if (!output.TryPrepareReply(destination, 0, now, out NextHop hop))
        {
            return false;
        }
        // A part of a reply is of no use to anybody.
        int fragments = (message.Length + fragmentMax - 1) / fragmentMax;
        if (!batch.HasRoomFor(fragments, Ipv4Output.HeaderLength + fragmentMax))
        {
            counters.TransmitFull++;
            return false;
        }
        // A number that counted up would tell everybody how much others are told (RFC 7739 §2).
        var identification = (ushort)random.Next();
        for (int offset = 0; offset < message.Length; offset += fragmentMax)
        {
            int length = Math.Min(fragmentMax, message.Length - offset);
            ref OutboundSegment segment = ref batch.Begin(
                Ipv4Output.HeaderLength + length, out Span<byte> frame);
            bool more = offset + length < message.Length;
            output.WriteFragmentHeaders(
                frame, hop.Mac, destination, IpProtocol.Icmp, length, identification, offset, more);
            message.Slice(offset, length).CopyTo(frame[Ipv4Output.HeaderLength..]);
            batch.Commit(ref segment);
        }
        return true;
    }

    private bool TrySend(
        in IcmpHeader header, Ipv4Address destination, ReadOnlySpan<byte> payload, Instant now)
    {
        int length = IcmpHeader.Length + payload.Length;
        if (!output.TryPrepareReply(destination, length, now, out NextHop hop))
        {
            return false;
        }
        ref OutboundSegment segment = ref batch.Begin(Ipv4Output.HeaderLength + length, out Span<byte> frame);
        output.WriteHeaders(
            frame, hop.Mac, ours.Address, destination, IpProtocol.Icmp, length, EcnCodepoint.NotEct);
        Span<byte> message = frame[Ipv4Output.HeaderLength..];
        payload.CopyTo(message[IcmpHeader.Length..]);
        header.Write(message);
        batch.Commit(ref segment);
        return true;
    }

    private void OnError(in IcmpHeader header, ReadOnlySpan<byte> quote, Instant now)
    {
        if (Ipv4Header.TryReadQuoted(quote, out Ipv4Header quoted, out ReadOnlySpan<byte> packet)
            && quoted.Source == ours.Address
            && quoted.FragmentOffset == 0
            && packet.Length >= QuotedMin
            && transports.Of(quoted.Protocol) is { } transport
            && TryTell(transport, in header, in quoted, packet, now))
        {
            counters.IcmpErrorsReceived++;
        }
        else
        {
            counters.IcmpErrorsUnmatched++;
        }
    }

    private bool TryTell(
        ITransport transport, in IcmpHeader header, in Ipv4Header quoted, ReadOnlySpan<byte> packet,
        Instant now)
    {
        var flow = new FlowKey(
            quoted.Source,
            BinaryPrimitives.ReadUInt16BigEndian(packet),
            quoted.Destination,
            BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        PathError error = ErrorOf(header);
        int mtu = error == PathError.FragmentationNeeded ? NextHopMtu(header, quoted) : 0;
        return transport.OnPathError(
            in flow, BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), error, mtu, now);
    }

    // RFC 1191 §4: the next hop's MTU is the low half of the second word. §5: old routers leave it 0, and the
    // packet that did not fit tells where to begin.
    private int NextHopMtu(in IcmpHeader header, in Ipv4Header quoted)
    {
        int mtu = (ushort)header.Rest;
        return mtu != 0 ? mtu : Math.Max(PathTable.PlateauBelow(quoted.TotalLength), options.PathMtuMin);
    }

    private static PathError ErrorOf(in IcmpHeader header) => (header.Type, header.Code) switch
    {
        (IcmpHeader.TimeExceeded, _) => PathError.TimeExceeded,
        (_, IcmpHeader.FragmentationNeeded) => PathError.FragmentationNeeded,
        (_, IcmpHeader.ProtocolUnreachable or IcmpHeader.PortUnreachable) => PathError.PortUnreachable,
        _ => PathError.Unreachable,
    };
}
