using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// Mutated segments in every state: nothing is thrown, nothing leaks, and an honest peer is served
/// afterwards.
/// </summary>
public sealed class TcpFuzzTests
{
    private const int RoundsOfState = 40;
    private const int SegmentsOfRound = 150;

    private static readonly uint[] Corners =
        [0, 1, 2, 100, 4000, 65_535, 65_536, 1 << 30, 1u << 31, uint.MaxValue];

    [Test]
    public void Mutated_segments_are_survived_in_every_state([Values] TcpState state)
    {
        for (int round = 0; round < RoundsOfState; round++)
        {
            ulong seed = ((ulong)state << 32) | (uint)round;
            try
            {
                RunRound(state, new SeededRandom(seed));
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Assert.Fail($"state {state}, round {round}: {exception}");
            }
        }
    }

    private static void RunRound(TcpState state, SeededRandom random)
    {
        ScriptHost host = new(limits => limits with
        {
            ReceiveWindow = random.Pick(4000, 65_536, 200_000),
            KeepAlive = Duration.OfMilliseconds(20_000),
            KeepAliveInterval = Duration.OfMilliseconds(1000),
            UserTimeout = Duration.OfMilliseconds(10_000),
        });
        host.ChecksBytes = false;
        TcpScript.Run(host, TcpStateSetups.For(state));
        if (random.Chance(0.5) && host.Shard.Tcp.TryInspect(ScriptHost.Flow, out _))
        {
            host.Shard.Tcp.BlockOf(ScriptHost.Flow).Mark(TcpInput.EcnBoth);
        }
        for (int i = 0; i < SegmentsOfRound; i++)
        {
            SendMutated(host, random);
            if (random.Chance(0.1) && host.Session is { End: null } session)
            {
                session.Replies.Enqueue(DrawAction(host, random));
            }
            host.World.RunUntil(host.World.Now.Plus(random.Pick(0, 0, 1000, 2_000_000, 300_000_000)));
        }
        // Whatever is left is idle or unanswered, and ends by one of its limits.
        host.World.RunUntil(host.World.Now.PlusMilliseconds(400_000));
        Assert.That(host.Shard.ConnectionCount, Is.Zero, "all connections end");
        Assert.That(host.Shard.Tcp.HalfOpenCount, Is.Zero, "all handshakes end");
        Assert.That(host.Shard.Tcp.HoldsNothing, "nothing is held");
        Assert.That(host.Shard.Pool.FreeCount, Is.EqualTo(host.Shard.Pool.FrameCount), "all frames are free");
        Assert.That(host.Content.Held, Is.Zero, "no slice is held");
        ServeHonestPeer(host);
    }

    private static void ServeHonestPeer(ScriptHost host)
    {
        host.Peer.Sent.Clear();
        host.ChecksBytes = true;
        host.ShardIss = null;
        host.PeerIss += 0x2000_0000;
        TcpScript.Run(host, """
            established
            reply write 100
            < P. 1:11(10) ack 1
            > P. 1:101(100) ack 11
            < F. 11:11(0) ack 101
            > .  101:101(0) ack 12
            """);
    }

    private static void SendMutated(ScriptHost host, SeededRandom random)
    {
        bool known = host.Shard.Tcp.TryInspect(ScriptHost.Flow, out TcpConnection tcb);
        uint next = known ? tcb.RcvNxt.Value : host.PeerIss + 1;
        uint sent = known ? tcb.SndNxt.Value : (host.ShardIss ?? 0) + 1;
        RawSegment segment = new()
        {
            SourcePort = ScriptHost.PeerPort,
            DestinationPort = ScriptHost.ServerPort,
            Seq = Near(random, next),
            Ack = Near(random, sent),
            Flags = random.Chance(0.95) ? RawFlags.Ack | DrawFlags(random) : (RawFlags)random.Between(0, 255),
            Window = (ushort)random.Pick(0, 1, 500, 65_535),
            Urgent = (ushort)random.Pick(0, 1, 65_535),
            Options = DrawOptions(random, known ? tcb.TsRecent : 0, sent),
            Payload = random.Chance(0.5) ? [] : random.Bytes(random.Pick(1, 10, 536, 1400)),
        };
        byte[] bytes = segment.Write(host.Peer.Address, host.Peer.ShardAddress);
        if (random.Chance(0.1))
        {
            // Below the checksum's notice or not: a byte of the header changes, or the end is missing.
            bytes[random.Between(0, Math.Min(19, bytes.Length - 1))] = (byte)random.Next();
            bytes = random.Chance(0.3) ? bytes[..random.Between(0, bytes.Length)] : bytes;
        }
        byte[] frame = RawFrame.Ipv4(
            host.Peer.Mac, host.Peer.ShardMac, host.Peer.Address, host.Peer.ShardAddress, 6, bytes);
        RawFrame.SetEcn(frame, (byte)random.Between(0, 3));
        host.Peer.SendFrame(frame);
        if (random.Chance(0.02) && host.Peer.Sent.TryPeek(out SentSegment? last))
        {
            host.Peer.SendFrame(RawFrame.IcmpError(
                last.Frame, random.Pick<byte>(3, 11), (byte)random.Between(0, 5), random.Pick(
                    0, 68, 576, 1400)));
        }
        host.Peer.Sent.Clear();
    }

    // RST is rare, so that connections live long enough to be tried.
    private static RawFlags DrawFlags(SeededRandom random) => random.Chance(0.01)
        ? RawFlags.Rst
        : random.Pick(RawFlags.None, RawFlags.None, RawFlags.Psh, RawFlags.Fin, RawFlags.Syn, RawFlags.Urg)
            | random.Pick(RawFlags.None, RawFlags.None, RawFlags.Ece, RawFlags.Cwr);

    private static uint Near(SeededRandom random, uint number) => random.Chance(0.5) ? number
        : random.Chance(0.5) ? number + random.Pick(Corners)
        : number - random.Pick(Corners);

    private static byte[] DrawOptions(SeededRandom random, uint timestamp, uint sent)
    {
        if (random.Chance(0.3))
        {
            return random.Bytes(random.Between(0, 10) * 4);
        }
        List<RawOption> options = [];
        if (random.Chance(0.5))
        {
            options.AddRange([new RawOption.Nop(), new RawOption.Nop()]);
            options.Add(new RawOption.Timestamps(Near(random, timestamp), (uint)random.Next()));
        }
        if (random.Chance(0.3))
        {
            uint left = sent - (uint)random.Between(0, 5000);
            options.Add(
                new RawOption.Sack([(left, Near(random, left + 1000)), (Near(random, left), left + 1)]));
        }
        else if (random.Chance(0.2))
        {
            options.AddRange(
                [new RawOption.Mss((ushort)random.Next()), new RawOption.WindowScale((byte)random.Next())]);
            options.Add(new RawOption.SackPermitted());
        }
        return RawOption.WriteAll(options);
    }

    private static ScriptAction DrawAction(ScriptHost host, SeededRandom random)
    {
        int length = random.Pick(1, 700, 5000);
        int region = host.Region;
        return random.Between(0, 9) switch
        {
            0 => (ref output, _) => output.Finish(),
            1 when random.Chance(0.2) => (ref output, _) => output.Abort(),
            2 => (ref _, session) => session.Reading = false,
            3 => (ref _, session) => session.Reading = true,
            < 7 => (ref output, _) => output.TryWrite(new byte[length]),
            _ => (ref output, _) =>
                output.TryWriteContent(new Stack.Frames.ContentSlice(region, 0, 20 * length)),
        };
    }
}
