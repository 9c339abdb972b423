using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// Segment × sequence number × acknowledgement where no connection is there yet: in SYN-SENT (RFC 9293
/// §3.10.7.3), and where a SYN was answered by a cookie, of which nothing is remembered (§3.10.7.2, LISTEN).
/// </summary>
public sealed class TcpOpeningMatrixTests
{
    private const int DataLength = 10;

    private static readonly RawFlags[] Kinds =
    [
        RawFlags.Ack, RawFlags.Ack | RawFlags.Fin, RawFlags.Syn, RawFlags.Syn | RawFlags.Ack, RawFlags.Rst,
        RawFlags.Rst | RawFlags.Ack, RawFlags.Psh,
    ];

    private static readonly uint[] Offsets = [0, 1, 2, 100_000, unchecked(0u - 1), unchecked(0u - 100_000)];
    private static readonly int[] Lengths = [0, DataLength];

    [Test]
    public void In_syn_sent_every_segment_does_what_the_rfc_says() => RunAll(
        () => TcpScript.Run(TcpStateSetups.For(TcpState.SynSent)),
        (flags, length, _, ack) => InSynSent(flags, length, ack));

    [Test]
    public void After_a_cookie_every_segment_does_what_the_rfc_says() => RunAll(AfterCookie, WithCookie);

    // The ACK bit with anything but our SYN is answered by a reset; a reset is only taken with the right one.
    private static Arrival InSynSent(RawFlags flags, int length, uint ack)
    {
        Arrival nothing = new(TcpState.SynSent, 0, Reply.None);
        bool hasAck = flags.HasFlag(RawFlags.Ack);
        if (hasAck && ack != 1)
        {
            return flags.HasFlag(RawFlags.Rst) ? nothing : nothing with { Replies = [Reply.Reset] };
        }
        if (flags.HasFlag(RawFlags.Rst))
        {
            return hasAck ? nothing with { Next = TcpState.Closed } : nothing;
        }
        if (!flags.HasFlag(RawFlags.Syn))
        {
            return nothing;
        }
        // What data come with it may be left for the peer to send again.
        return hasAck
            ? new Arrival(TcpState.Established, 0, Reply.Ack)
            : new Arrival(TcpState.SynReceived, 0, Reply.SynAck);
    }

    // LISTEN: a SYN is answered, an ACK is reset unless it is that of the cookie, all else is dropped. What
    // may follow the ACK of a cookie is no reason for a reset.
    private static Arrival WithCookie(RawFlags flags, int length, uint seq, uint ack)
    {
        Arrival nothing = new(TcpState.Closed, 0, Reply.None);
        bool hasAck = flags.HasFlag(RawFlags.Ack);
        if (flags.HasFlag(RawFlags.Rst) || (flags & (RawFlags.Syn | RawFlags.Ack)) == 0)
        {
            return nothing;
        }
        if (!hasAck)
        {
            return nothing with { Replies = [Reply.SynAck] };
        }
        if (flags.HasFlag(RawFlags.Syn) || seq != 1 || ack != 1)
        {
            return nothing with { Replies = [Reply.Reset, Reply.None] };
        }
        bool hasFin = flags.HasFlag(RawFlags.Fin);
        return new Arrival(
            hasFin ? TcpState.CloseWait : TcpState.Established, length,
            length > 0 || hasFin ? Reply.Ack : Reply.None);
    }

    private static void RunAll(
        Func<ScriptHost> begin, Func<RawFlags, int, uint, uint, Arrival> predict)
    {
        List<string> faults = [];
        foreach (RawFlags flags in Kinds)
        {
            foreach (int length in Lengths)
            {
                foreach (uint seq in Offsets)
                {
                    foreach (uint ack in flags.HasFlag(RawFlags.Ack) ? Offsets : [0u])
                    {
                        string wrong = Observe(begin(), flags, length, seq, ack, predict);
                        if (wrong.Length > 0)
                        {
                            faults.Add($"{flags} {(int)seq}({length}) ack {(int)ack}: {wrong}");
                        }
                    }
                }
            }
        }
        Assert.That(faults, Is.Empty, () => string.Join('\n', faults));
    }

    private static string Observe(
        ScriptHost host, RawFlags flags, int length, uint seq, uint ack,
        Func<RawFlags, int, uint, uint, Arrival> predict)
    {
        host.Peer.Send(new RawSegment
        {
            SourcePort = ScriptHost.PeerPort,
            DestinationPort = ScriptHost.ServerPort,
            Seq = host.PeerIss + seq,
            Ack = flags.HasFlag(RawFlags.Ack) ? host.ShardIss!.Value + ack : 0,
            Flags = flags,
            Payload = Pattern.Bytes(0, length),
        });
        host.World.RunUntil(host.World.Now.PlusMilliseconds(45));
        Arrival expected = predict(flags, length, seq, ack);
        Reply replied = host.Peer.Sent.TryDequeue(out SentSegment? sent) ? KindOf(sent.Segment) : Reply.None;
        TcpState state = host.Shard.Tcp.StateOf(ScriptHost.Flow);
        long received = host.Session?.Received ?? 0;
        bool isRight = expected.Replies.Contains(replied) && host.Peer.Sent.Count == 0
            && state == expected.Next && received == expected.Delivered;
        return isRight ? "" : $"expected {expected}, but {state}, {received} bytes, reply {replied}";
    }

    private static Reply KindOf(RawSegment segment) => segment.Has(RawFlags.Rst) ? Reply.Reset
        : segment.Has(RawFlags.Syn) ? Reply.SynAck
        : Reply.Ack;

    // The only place for half-open connections is another's, so that the peer is answered by a cookie.
    private static ScriptHost AfterCookie()
    {
        ScriptHost host = new(limits => limits with { HalfOpenConnections = 1 });
        host.Peer.SendFromOther(new RawSegment
        {
            SourcePort = ScriptHost.PeerPort,
            DestinationPort = ScriptHost.ServerPort,
            Flags = RawFlags.Syn,
        });
        host.World.RunUntil(host.World.Now.PlusMilliseconds(500));
        host.Peer.Sent.Clear();
        TcpScript.Run(host, """
            < S  0:0(0)
            > S. 0:0(0) ack 1
            """);
        Assert.That(host.Shard.Counters.Tcp.SynCookiesSent, Is.EqualTo(1));
        return host;
    }
}
