using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// State × segment × position in the window, each against <see cref="ArrivalModel"/>, which was written from
/// RFC 9293 §3.10.7.4 and RFC 5961 and knows nothing of the stack. It holds all the same of connections that
/// use ECN, whatever segments say of congestion (RFC 3168).
/// </summary>
public sealed class TcpMatrixTests
{
    private const int Window = 4000;

    private static readonly TcpState[] States =
    [
        TcpState.SynReceived, TcpState.Established, TcpState.FinWait1, TcpState.FinWait2, TcpState.CloseWait,
        TcpState.Closing, TcpState.LastAck, TcpState.TimeWait,
    ];

    [Test]
    public void Every_segment_at_every_place_of_the_window_does_what_the_rfc_says(
        [ValueSource(nameof(States))] TcpState state, [Values] bool hasEcn)
    {
        List<string> faults = [];
        foreach (ArrivingSegment kind in Enum.GetValues<ArrivingSegment>())
        {
            foreach (WindowPlace place in Enum.GetValues<WindowPlace>())
            {
                Arrival expected = ArrivalModel.Predict(state, kind, place);
                string actual = Observe(state, kind, place, expected, hasEcn);
                if (actual.Length > 0)
                {
                    faults.Add($"{state}, {kind} {place}: expected {expected}, but {actual}");
                }
            }
        }
        Assert.That(faults, Is.Empty, () => string.Join('\n', faults));
    }

    // Runs one cell and says what differs; nothing if nothing does.
    private static string Observe(
        TcpState state, ArrivingSegment kind, WindowPlace place, Arrival expected, bool hasEcn)
    {
        ScriptHost host = new(limits => limits with { ReceiveWindow = Window });
        TcpScript.Run(host, TcpStateSetups.For(state));
        if (hasEcn && state != TcpState.SynReceived)
        {
            host.Shard.Tcp.BlockOf(ScriptHost.Flow).Mark(TcpInput.EcnBoth);
        }
        RawSegment segment = Build(host, state, kind, place);
        RawFlags told = hasEcn ? RawFlags.Ece | RawFlags.Cwr : RawFlags.None;
        byte[] frame = host.Peer.FrameOf(segment with { Flags = segment.Flags | told });
        RawFrame.SetEcn(frame, hasEcn ? (byte)EcnCodepoint.Ce : (byte)EcnCodepoint.NotEct);
        host.Peer.SendFrame(frame);
        host.World.RunUntil(host.World.Now.PlusMilliseconds(45));
        RawSegment? reply = host.Peer.Sent.TryDequeue(out SentSegment? sent) ? sent.Segment : null;
        Reply replied = reply is null ? Reply.None
            : reply.Has(RawFlags.Rst) ? Reply.Reset
            : reply.Has(RawFlags.Syn) ? Reply.SynAck
            : Reply.Ack;
        List<string> wrong = [];
        if (!expected.Replies.Contains(replied))
        {
            wrong.Add($"the reply is {replied}");
        }
        if (host.Peer.Sent.Count > 0)
        {
            wrong.Add("there is more than one reply");
        }
        TcpState next = host.Shard.Tcp.StateOf(ScriptHost.Flow);
        if (next != expected.Next)
        {
            wrong.Add($"the state is {next}");
        }
        long received = host.Session?.Received ?? 0;
        if (received != expected.Delivered)
        {
            wrong.Add($"{received} bytes are delivered");
        }
        if (replied == Reply.Ack && reply!.Seq - host.ShardIss!.Value != TcpStateSetups.SendNext(state))
        {
            wrong.Add("the ACK has not SND.NXT");
        }
        return string.Join(", ", wrong);
    }

    private static RawSegment Build(ScriptHost host, TcpState state, ArrivingSegment kind, WindowPlace place)
    {
        uint next = TcpStateSetups.ReceiveNext(state);
        uint seq = place switch
        {
            WindowPlace.OutsideLeft => next - 10,
            WindowPlace.LeftEdge => next,
            WindowPlace.Inside => next + 100,
            // What the window is after a FIN does not matter to the edge: it never moves back.
            WindowPlace.RightEdge => Window,
            _ => 1 + Window,
        };
        uint ack = kind switch
        {
            ArrivingSegment.AckOfEverything => TcpStateSetups.SendNext(state),
            ArrivingSegment.AckOfTheFuture => TcpStateSetups.SendNext(state) + 1,
            ArrivingSegment.AckOfThePast => TcpStateSetups.SendUnacknowledged(state) - 100_000,
            _ => Math.Max(1, TcpStateSetups.SendUnacknowledged(state)),
        };
        RawFlags flags = kind switch
        {
            ArrivingSegment.Reset => RawFlags.Rst,
            ArrivingSegment.Syn => RawFlags.Syn,
            ArrivingSegment.SynAck => RawFlags.Syn | RawFlags.Ack,
            ArrivingSegment.Fin => RawFlags.Fin | RawFlags.Ack,
            ArrivingSegment.DataWithoutAck => RawFlags.Psh,
            _ => RawFlags.Ack,
        };
        bool hasData = kind is ArrivingSegment.Data or ArrivingSegment.DataWithoutAck
            or ArrivingSegment.AckOfTheFuture or ArrivingSegment.AckOfThePast;
        return new RawSegment
        {
            SourcePort = ScriptHost.PeerPort,
            DestinationPort = ScriptHost.ServerPort,
            Seq = host.PeerIss + seq,
            Ack = (flags & RawFlags.Ack) != 0 ? host.ShardIss!.Value + ack : 0,
            Flags = flags,
            Payload = hasData ? Pattern.Bytes((int)seq - 1, ArrivalModel.DataLength) : [],
        };
    }
}
