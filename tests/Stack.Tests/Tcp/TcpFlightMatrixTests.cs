using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// State × segment × place in the window × acknowledgement × timestamp, with data in flight, each against
/// <see cref="FlightModel"/>.
/// </summary>
public sealed class TcpFlightMatrixTests
{
    private const int Window = 4000;
    private const uint LastStamp = 1000;

    private static readonly (RawFlags Flags, int Length)[] Kinds =
    [
        (RawFlags.Ack, 0),
        (RawFlags.Ack, FlightModel.DataLength),
        (RawFlags.Ack | RawFlags.Urg, FlightModel.DataLength),
        (RawFlags.Ack | RawFlags.Fin, 0),
        (RawFlags.Ack | RawFlags.Fin, FlightModel.DataLength),
        (RawFlags.Psh, FlightModel.DataLength),
        (RawFlags.Syn, 0),
        (RawFlags.Syn | RawFlags.Ack, 0),
        (RawFlags.Syn | RawFlags.Ack, FlightModel.DataLength),
        (RawFlags.Rst, 0),
        (RawFlags.Rst | RawFlags.Ack, 0),
        (RawFlags.Rst | RawFlags.Ack, FlightModel.DataLength),
    ];

    [TestCase(TcpState.Established, StampKind.NotAgreed)]
    [TestCase(TcpState.Established, StampKind.Later)]
    [TestCase(TcpState.Established, StampKind.Earlier)]
    [TestCase(TcpState.Established, StampKind.Missing)]
    [TestCase(TcpState.FinWait1, StampKind.NotAgreed)]
    [TestCase(TcpState.FinWait1, StampKind.Earlier)]
    [TestCase(TcpState.CloseWait, StampKind.NotAgreed)]
    [TestCase(TcpState.Closing, StampKind.NotAgreed)]
    [TestCase(TcpState.LastAck, StampKind.NotAgreed)]
    [TestCase(TcpState.LastAck, StampKind.Later)]
    public void With_data_in_flight_every_segment_does_what_the_rfc_says(TcpState state, StampKind stamp)
    {
        List<string> faults = [];
        foreach ((RawFlags flags, int length) in Kinds)
        {
            foreach (WindowPlace place in Enum.GetValues<WindowPlace>())
            {
                foreach (AckPlace ack in AcksOf(flags))
                {
                    FlightSegment segment = new(flags, length, place, ack, stamp);
                    string wrong = Observe(state, segment);
                    if (wrong.Length > 0)
                    {
                        faults.Add($"{state}, {segment}: {wrong}");
                    }
                }
            }
        }
        Assert.That(faults, Is.Empty, () => string.Join('\n', faults));
    }

    private static AckPlace[] AcksOf(RawFlags flags) =>
        flags.HasFlag(RawFlags.Ack) ? Enum.GetValues<AckPlace>() : [AckPlace.Una];

    // Runs one cell and says what differs; nothing if nothing does.
    private static string Observe(TcpState state, FlightSegment segment)
    {
        Arrival expected = FlightModel.Predict(state, segment, out bool takesAck);
        ScriptHost host = new(limits => limits with { ReceiveWindow = Window });
        TcpScript.Run(host, Setup(state, segment.Stamp));
        uint iss = host.ShardIss!.Value;
        uint ack = AckOf(state, segment.Ack);
        host.Peer.Send(Build(host, state, segment, ack));
        host.World.RunUntil(host.World.Now.PlusMilliseconds(45));
        List<string> wrong = [];
        Reply replied = host.Peer.Sent.TryDequeue(out SentSegment? sent) ? KindOf(sent.Segment) : Reply.None;
        if (!expected.Replies.Contains(replied) || host.Peer.Sent.Count > 0)
        {
            wrong.Add($"the reply is {replied}, and {host.Peer.Sent.Count} more");
        }
        bool lives = host.Shard.Tcp.TryInspect(ScriptHost.Flow, out TcpConnection tcb);
        if (tcb.State != expected.Next)
        {
            wrong.Add($"the state is {tcb.State}");
        }
        if (lives && tcb.SndUna.Value - iss != (takesAck ? ack : 1001))
        {
            wrong.Add($"SND.UNA is {tcb.SndUna.Value - iss}");
        }
        if (host.Session!.Received != expected.Delivered)
        {
            wrong.Add($"{host.Session.Received} bytes are delivered");
        }
        return wrong.Count == 0 ? "" : $"expected {expected}, but {string.Join(", ", wrong)}";
    }

    private static Reply KindOf(RawSegment segment) => segment.Has(RawFlags.Rst) ? Reply.Reset
        : segment.Has(RawFlags.Syn) ? Reply.SynAck
        : Reply.Ack;

    // 1 to 1000 are acknowledged, 1001 to 3000 in flight, and our FIN behind them where the state has one.
    private static string Setup(TcpState state, StampKind stamp)
    {
        string options = stamp == StampKind.NotAgreed ? "" : $" <nop,nop,TS val {LastStamp} ecr 1>";
        string open = stamp == StampKind.NotAgreed
            ? "established\n"
            : $"established <mss 1012,nop,nop,TS val {LastStamp} ecr 0>\n";
        bool heard = state is TcpState.CloseWait or TcpState.LastAck;
        bool finished = state is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck;
        int acked = heard || state == TcpState.Closing ? 2 : 1;
        string closing = state != TcpState.Closing ? "" : $"""
            < F. 1:1(0) ack 1001{options}
            > .  3002:3002(0) ack 2

            """;
        int early = state == TcpState.Closing ? 1 : acked;
        return open + (heard ? $"< F. 1:1(0) ack 1{options}\n> . 1:1(0) ack 2\n" : "") + $"""
            write 3000
            > . 1:2001(2*1000) ack {early}
            > P. 2001:3001(1000) ack {early}
            {(finished ? $"finish\n> F. 3001:3001(0) ack {early}" : "")}
            < . {early}:{early}(0) ack 1001{options}

            """ + closing;
    }

    private static uint NextOf(TcpState state) =>
        state is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck ? 3002u : 3001u;

    private static uint AckOf(TcpState state, AckPlace place) => place switch
    {
        AckPlace.Far => unchecked(1001u - 100_000),
        AckPlace.Old => 501,
        AckPlace.Una => 1001,
        AckPlace.InFlight => 1501,
        AckPlace.Next => NextOf(state),
        _ => NextOf(state) + 1,
    };

    private static RawSegment Build(ScriptHost host, TcpState state, FlightSegment segment, uint ack)
    {
        uint next = state is TcpState.Established or TcpState.FinWait1 ? 1u : 2u;
        uint seq = segment.Place switch
        {
            WindowPlace.OutsideLeft => next - FlightModel.DataLength,
            WindowPlace.LeftEdge => next,
            WindowPlace.Inside => next + 100,
            WindowPlace.RightEdge => Window,
            _ => 1 + Window,
        };
        RawOption[] options = segment.Stamp switch
        {
            StampKind.Later => [new RawOption.Timestamps(LastStamp + 5, 0)],
            StampKind.Earlier => [new RawOption.Timestamps(LastStamp - 5, 0)],
            _ => [],
        };
        return new RawSegment
        {
            SourcePort = ScriptHost.PeerPort,
            DestinationPort = ScriptHost.ServerPort,
            Seq = host.PeerIss + seq,
            Ack = segment.Has(RawFlags.Ack) ? host.ShardIss!.Value + ack : 0,
            Flags = segment.Flags,
            Urgent = segment.Has(RawFlags.Urg) ? (ushort)5 : (ushort)0,
            Options = RawOption.WriteAll(options),
            Payload = Pattern.Bytes((int)seq - 1, segment.Length),
        };
    }
}
