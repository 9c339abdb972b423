using System.Text;
using Straightwire.Protocols;
using Straightwire.Protocols.Http;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests.Shown;

/// <summary>Heads that never end, more of them than one address has buffers for.</summary>
public sealed class UnfinishedHeadsTests
{
    private const int Connections = 150;

    private readonly SimulatedWorld _world = new(1);
    private readonly Dictionary<ushort, (uint Seq, uint Ack)> _open = [];
    private readonly StringBuilder _answer = new();

    [Test]
    public void End_neither_the_shard_nor_the_service_of_others()
    {
        using ScriptedPeer link = new() { OtherAddress = 0xC612_0003 };
        Shard shard = Serve(link);
        byte[] head = Encoding.ASCII.GetBytes(
            "GET /page.txt HTTP/1.1\r\nHost: x\r\nX-A: " + new string('a', 15_000));
        for (ushort port = 20_000; port < 20_000 + Connections; port++)
        {
            link.Send(new RawSegment { SourcePort = port, DestinationPort = 80, Flags = RawFlags.Syn });
            Pass(link, 30);
        }
        // As merged frames, and what is not taken again and again.
        for (int round = 0; round < 4; round++)
        {
            foreach ((ushort port, (uint seq, _)) in _open.ToArray())
            {
                link.Send(Data(port, head[((int)seq - 1)..]));
                Pass(link);
            }
        }

        Assert.That(shard.Counters.Tcp.ReceiveBuffersOfPeerExhausted, Is.GreaterThan(10));
        Assert.That(shard.ConnectionCount, Is.EqualTo(Connections), "nothing ends before its time");
        link.SendFromOther(
            new RawSegment { SourcePort = 30_000, DestinationPort = 80, Flags = RawFlags.Syn });
        // The first answer asks for the host's Ethernet address.
        Pass(link, 1000);
        link.SendFromOther(Data(30_000, "GET /page.txt HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray()));
        Pass(link);
        Assert.That(_answer.ToString(), Does.StartWith("HTTP/1.1 200 OK"));
        _world.RunUntil(_world.Now.PlusMilliseconds(300_000));
        Assert.That(shard.Tcp.HoldsNothing);
    }

    private Shard Serve(ScriptedPeer link)
    {
        ArrayContent content = new();
        WallClock clock = new();
        clock.Set(_world.Now, FtpWorld.Begin);
        MemoryChanges files = new(_world, content, () => clock.UnixSeconds(_world.Now));
        files.Add("/page.txt", "hello"u8.ToArray(), FtpWorld.ContentTime);
        ShardOptions options = new()
        {
            Mac = new MacAddress(0x02_00_00_00_00_01),
            Address = new Ipv4Prefix(new Ipv4Address(0xC612_0002), 24),
            Tcp = new TcpLimits { ReceiveBuffers = 256 },
        };
        Shard shard = new(
            options, new SoftwareOffload(link, content), content, new ShardSecrets(1, 2, 3), _world.Now,
            peerTable: new SimulatedPeerTable());
        shard.Listen(new HttpService(new HttpOptions(), files, shard.Pool, clock));
        _world.Add(shard);
        return shard;
    }

    private RawSegment Data(ushort port, byte[] bytes) => new()
    {
        SourcePort = port,
        DestinationPort = 80,
        Seq = _open[port].Seq,
        Ack = _open[port].Ack,
        Flags = RawFlags.Ack,
        Payload = bytes,
    };

    private void Pass(ScriptedPeer link, int milliseconds = 1)
    {
        _world.RunUntil(_world.Now.PlusMilliseconds(milliseconds));
        while (link.Sent.TryDequeue(out SentSegment? sent))
        {
            RawSegment segment = sent.Segment;
            _answer.Append(Encoding.ASCII.GetString(segment.Payload));
            _open[segment.DestinationPort] = (segment.Ack, segment.Seq + (uint)segment.SequenceLength);
            _world.Settle();
        }
    }
}
