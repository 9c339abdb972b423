using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>
/// Received IPv4 packets (RFC 791, RFC 1122 §3.2.1): checked, put together, handed to their protocol.
/// </summary>
internal sealed class Ipv4Input(
    Ipv4Interface ours,
    Reassembly reassembly,
    IcmpResponder icmp,
    ShardRound round,
    IpCounters counters,
    Transports transports)
{
    /// <summary>Takes the payload of an IPv4 frame, padding included.</summary>
    public void OnPacket(
        ReadOnlySpan<byte> bytes, bool isBroadcastFrame, ReceiveChecksum checksum, Instant now)
    {
        if (!Ipv4Header.TryRead(
            bytes, out Ipv4Header header, out ReadOnlySpan<byte> payload, out WireFault fault))
        {
            Count(fault);
            return;
        }
        if (!IsAcceptable(header, isBroadcastFrame))
        {
            return;
        }
        if (!header.IsFragment)
        {
            // An error is sent about whole packets for us alone (RFC 1122 §3.2.2).
            bool isQuotable = header.Destination == ours.Address;
            Deliver(in header, payload, isQuotable ? bytes[..header.TotalLength] : default, checksum, now);
        }
        else if (TryPutTogether(
            ref header, bytes[..header.TotalLength], ref payload, isBroadcastFrame, now))
        {
            Deliver(in header, payload, default, ReceiveChecksum.Unverified, now);
        }
    }

    private bool TryPutTogether(
        ref Ipv4Header header,
        ReadOnlySpan<byte> packet,
        ref ReadOnlySpan<byte> payload,
        bool isBroadcastFrame,
        Instant now)
    {
        if (!round.IsElsewhere(header.Source, header.Identification, out int shard))
        {
            bool isWhole = reassembly.TryAdd(header, payload, now, out payload, out EcnCodepoint ecn);
            header = header with { Ecn = ecn };
            return isWhole;
        }
        ShardTrail trail = new(0, isBroadcastFrame ? HandoverMarks.Broadcast : HandoverMarks.None);
        HandoverHeader fragment = new(HandoverKind.Fragment, trail, header.Source, header.Destination);
        round.Give(shard, in fragment, packet);
        return false;
    }

    private void Deliver(
        in Ipv4Header header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> quotable,
        ReceiveChecksum checksum, Instant now)
    {
        if (transports.Of(header.Protocol) is { } transport)
        {
            IpPacket packet = new()
            {
                Source = header.Source,
                Destination = header.Destination,
                Payload = payload,
                Quotable = quotable,
                Checksum = checksum,
                Ecn = header.Ecn,
            };
            transport.OnPacket(in packet, now);
        }
        else if (header.Protocol == IpProtocol.Icmp)
        {
            icmp.OnMessage(header, payload, now);
        }
        else
        {
            counters.ProtocolsUnknown++;
            if (!quotable.IsEmpty && !ours.IsShared)
            {
                // Of a shared address, what is not ours may be the kernel's.
                icmp.SendUnreachable(IcmpHeader.ProtocolUnreachable, header.Source, quotable, now);
            }
        }
    }

    private bool IsAcceptable(in Ipv4Header header, bool isBroadcastFrame)
    {
        if (header.Destination != ours.Address && !ours.IsBroadcast(header.Destination))
        {
            counters.PacketsForOthers++;
            return false;
        }
        // RFC 1122 §3.3.6: a broadcast frame carries broadcast packets only. Of those, only UDP's mean
        // anything.
        if (header.Destination == ours.Address ? isBroadcastFrame : header.Protocol != IpProtocol.Udp)
        {
            counters.BroadcastsRefused++;
            return false;
        }
        if (header.Source == ours.Address)
        {
            counters.SourcesOurs++;
            return false;
        }
        if (!ours.IsHost(header.Source))
        {
            counters.SourcesInvalid++;
            return false;
        }
        if (header.HasSourceRoute)
        {
            counters.SourceRoutesRefused++;
            return false;
        }
        return true;
    }

    private void Count(WireFault fault)
    {
        switch (fault)
        {
            case WireFault.Truncated:
                counters.PacketsTruncated++;
                break;
            case WireFault.Checksum:
                counters.PacketChecksumErrors++;
                break;
            default:
                counters.PacketsMalformed++;
                break;
        }
    }
}
