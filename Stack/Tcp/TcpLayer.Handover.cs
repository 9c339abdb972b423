using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>What another shard may have more use for, and what others hand over to this one.</content>
public sealed partial class TcpLayer
{
    /// <summary>Takes what another shard has no connection for.</summary>
    public void OnHandedOver(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now)
    {
        if (header.Kind == HandoverKind.Segment)
        {
            IpPacket packet = new()
            {
                Source = header.Source,
                Destination = header.Destination,
                Payload = bytes,
                Checksum = ReceiveChecksum.Trusted,
                Ecn = (header.Trail.Marks & HandoverMarks.Congested) != 0
                    ? EcnCodepoint.Ce
                    : EcnCodepoint.NotEct,
                Trail = header.Trail,
            };
            TakePacket(in packet, now);
            return;
        }
        PathErrorRecord.Read(
            in header, bytes, out FlowKey flow, out uint sequence, out PathError error, out int mtu);
        OnPathError(in flow, sequence, error, mtu, header.Trail, now);
    }

    // Only the last shard of the round answers a segment that no connection is there for.
    private bool TryPassOn(in FlowKey flow, in TcpSegment segment)
    {
        if (!_round.HasPeers)
        {
            return false;
        }
        HandoverMarks news = segment.Ecn == EcnCodepoint.Ce ? HandoverMarks.Congested : HandoverMarks.None;
        ShardTrail trail = segment.Trail with { Marks = segment.Trail.Marks | news };
        HandoverHeader header = new(
            HandoverKind.Segment, trail, flow.RemoteAddress, flow.LocalAddress);
        return _round.TryPassOn(in header, segment.Bytes, OwnerOf(flow.LocalPort));
    }

    private bool TryPassOnPathError(
        in FlowKey flow, uint sequence, PathError error, int mtu, ShardTrail trail)
    {
        if (!_round.HasPeers)
        {
            return false;
        }
        Span<byte> record = stackalloc byte[PathErrorRecord.Length];
        PathErrorRecord.Write(record, in flow, sequence, error, mtu);
        HandoverHeader header = new(
            HandoverKind.PathError, trail, flow.RemoteAddress, flow.LocalAddress);
        return _round.TryPassOn(in header, record, OwnerOf(flow.LocalPort));
    }

    // A port that somebody listens on is every shard's.
    private int OwnerOf(ushort port) => _services.ContainsKey(port) ? -1 : _round.OwnerOf(port);
}
