using Straightwire.Stack.Handover;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>
/// Received ARP packets: answers requests for our address, unless the kernel does, defends it, and shows the
/// table, and those of the other shards, what may concern them.
/// </summary>
internal sealed class ArpInput(
    Ipv4Interface ours,
    NeighborTable table,
    ArpSender sender,
    ShardRound round,
    NeighborCounters counters)
{
    // RFC 5227 §1.1: DEFEND_INTERVAL.
    private const int DefendMilliseconds = 10_000;

    // What is not for us may contradict an entry of another shard. So many a second are worth asking there.
    private const int OverheardPerSecond = 1000;

    private readonly RateLimit _overheard = new(OverheardPerSecond);
    private Instant _defendAt;

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
        else if (packet.SenderMac == sender.Mac)
        {
            // What we said ourselves has come back through something that put its own address on the frame.
            counters.Reflected++;
        }
        else if (!isProbe && packet.SenderAddress == ours.Address)
        {
            OnConflict(in packet, bytes, now);
        }
        else if (packet.TargetAddress != ours.Address || packet.Operation > ArpPacket.Reply)
        {
            _ = packet.Operation == ArpPacket.Reply ? counters.RepliesUnasked++ : counters.ForOthers++;
            if (ours.IsNeighbor(packet.SenderAddress))
            {
                Overhear(in packet, HandedOver(in packet, HandoverMarks.Overheard), bytes, now);
            }
        }
        else if (packet.Operation == ArpPacket.Request)
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
        else
        {
            Show(in packet, HandedOver(in packet), bytes, now);
        }
    }

    /// <summary>Takes a packet that another shard has checked, and answered if it was to be.</summary>
    public void OnHandedOver(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (!ArpPacket.TryRead(bytes, out ArpPacket packet, out _))
        {
            return;
        }
        if (packet.SenderAddress == ours.Address)
        {
            Defend(now);
        }
        else if ((header.Trail.Marks & HandoverMarks.Overheard) != 0)
        {
            Overhear(in packet, in header, bytes, now);
        }
        else
        {
            Show(in packet, in header, bytes, now);
        }
    }

    private static HandoverHeader HandedOver(
        in ArpPacket packet, HandoverMarks marks = HandoverMarks.None) =>
        new(HandoverKind.Arp, new ShardTrail(0, marks), packet.SenderAddress, packet.TargetAddress);

    // RFC 5227 §2.4 (b): the address is defended by one announcement in 10 s, whichever shard hears of it.
    private void OnConflict(in ArpPacket packet, ReadOnlySpan<byte> bytes, Instant now)
    {
        counters.AddressConflicts++;
        counters.ConflictMac = packet.SenderMac;
        if (ours.IsShared)
        {
            // The kernel speaks for it.
        }
        else if (round.Number != 0)
        {
            round.Give(0, HandedOver(in packet), bytes[..ArpPacket.Length]);
        }
        else
        {
            Defend(now);
        }
    }

    private void Defend(Instant now)
    {
        if (now >= _defendAt)
        {
            counters.Defences++;
            _defendAt = now.PlusMilliseconds(DefendMilliseconds);
            sender.SendAnnouncement();
        }
    }

    private void Overhear(
        in ArpPacket packet, in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        table.OnOverheard(packet, now);
        if (header.Trail.Hops > 0 || _overheard.TryTake(now))
        {
            _ = round.TryPassOn(in header, bytes[..ArpPacket.Length]);
        }
    }

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
            ShardTrail trail = header.Trail;
            next = header with { Trail = trail with { Marks = trail.Marks | HandoverMarks.Asked } };
        }
        bool isLast = !round.TryPassOn(in next, bytes[..ArpPacket.Length]);
        if (isLast && packet.Operation == ArpPacket.Reply && (next.Trail.Marks & HandoverMarks.Asked) == 0)
        {
            counters.RepliesUnasked++;
        }
    }
}
