using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
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
            OnTcp(in header, bytes, ReceiveChecksum.Trusted, now);
            return;
        }
        PathErrorRecord.Read(
            in header, bytes, out FlowKey flow, out uint sequence, out PathError error, out int mtu);
        OnPathError(in header, in flow, sequence, error, mtu, now);
    }

    // Only the last shard of the round answers a segment that no connection is there for.
    private bool TryPassOn(in FlowKey flow, in TcpSegment segment) =>
        _round.TryPassOn(in segment.From, segment.Bytes, OwnerOf(flow.LocalPort));

    private bool TryPassOnPathError(
        in HandoverHeader from, in FlowKey flow, uint sequence, PathError error, int mtu)
    {
        if (!_round.HasPeers)
        {
            return false;
        }
        Span<byte> record = stackalloc byte[PathErrorRecord.Length];
        PathErrorRecord.Write(record, in flow, sequence, error, mtu);
        return _round.TryPassOn(in from, record, OwnerOf(flow.LocalPort));
    }

    // A port that somebody listens on is every shard's.
    private int OwnerOf(ushort port) => _services.ContainsKey(port) ? -1 : _round.OwnerOf(port);
}
