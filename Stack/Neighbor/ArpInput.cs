using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Neighbor;

/// <summary>
/// Received ARP packets: answers requests for our address and shows the table what may concern it.
/// </summary>
internal sealed class ArpInput(
    Ipv4Interface ours, NeighborTable table, ArpSender sender, NeighborCounters counters)
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
                table.OnRequest(packet, now);
            }
            sender.SendReply(packet);
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
            table.OnReply(packet, now);
        }
    }
}
