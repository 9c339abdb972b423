using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Neighbor;

/// <summary>
/// Received ARP packets: answers requests for our address, unless the kernel does, and shows the table, and
/// those of the other shards, what may concern them.
/// </summary>
internal sealed class ArpInput(
    Ipv4Interface ours,
    NeighborTable table,
    ArpSender sender,
    ShardRound round,
    NeighborCounters counters)
{
    /// <summary>Takes the payload of an ARP frame.</summary>
    public void OnPacket(ReadOnlySpan<byte> bytes, Instant now)
    {
        if (!ArpPacket.TryRead(bytes, out ArpPacket packet, out _))
        {
            counters.Malformed++;
            return;
        }
        // RFC 5227 §1.1: a probe has no sender address yet. It is answered and teaches nothing.
        bool isProbe = packet.SenderAddress == Ipv4Address.Any;
        if (packet.SenderMac.IsGroup || packet.SenderMac == default
            || (!isProbe && !ours.IsHost(packet.SenderAddress)))
        {
            counters.SenderInvalid++;
        }
        else if (packet.SenderAddress == ours.Address)
        {
            // RFC 5227 §2.4 defends the address here, by one announcement in 10 s; so far the conflict is
            // only counted.
            counters.AddressConflicts++;
        }
        else if (packet.Operation == ArpPacket.Request && packet.TargetAddress == ours.Address)
        {
            if (ours.IsNeighbor(packet.SenderAddress))
            {
                Show(in packet, HandedOver(in packet), bytes, now);
            }
            if (!ours.IsShared)
            {
                sender.SendReply(packet);
            }
        }
        else if (packet.Operation != ArpPacket.Reply)
        {
            counters.NotForUs++;
        }
        else if (packet.TargetAddress != ours.Address)
        {
            counters.RepliesUnasked++;
        }
        else
        {
            Show(in packet, HandedOver(in packet), bytes, now);
        }
    }

    /// <summary>Takes a packet that another shard has checked, and answered if it was to be.</summary>
    public void OnHandedOver(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (ArpPacket.TryRead(bytes, out ArpPacket packet, out _))
        {
            Show(in packet, in header, bytes, now);
        }
    }

    private static HandoverHeader HandedOver(in ArpPacket packet) =>
        new(HandoverKind.Arp, 0, HandoverMarks.None, packet.SenderAddress, packet.TargetAddress);

    // Every shard has a table of its own, and a reply may come to another one than has asked.
    private void Show(
        in ArpPacket packet, in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        HandoverHeader next = header;
        if (packet.Operation == ArpPacket.Request)
        {
            table.OnRequest(packet, now);
        }
        else if (table.TryResolve(packet, now))
        {
            next = header with { Marks = header.Marks | HandoverMarks.Asked };
        }
        bool isLast = !round.TryPassOn(in next, bytes[..ArpPacket.Length]);
        if (isLast && packet.Operation == ArpPacket.Reply && (next.Marks & HandoverMarks.Asked) == 0)
        {
            counters.RepliesUnasked++;
        }
    }
}
