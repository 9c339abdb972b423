using Straightwire.Simulation;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>
/// A peer of <see cref="ScriptHost"/> that sends much: bursts within the window, the answers to which it
/// takes a round trip later. It checks of each answer that what was announced is not taken back.
/// </summary>
internal sealed class BulkPeer
{
    private const int Segment = 1460;

    private readonly ScriptHost _host;
    private readonly bool _hasTimestamps;
    private readonly int _scale;
    private uint _echo;

    /// <summary>Connects, with a window scale or without.</summary>
    public BulkPeer(
        ScriptHost host, bool hasTimestamps = true, bool scales = true, int roundTrip = 100)
    {
        (_host, _hasTimestamps, RoundTrip) = (host, hasTimestamps, roundTrip);
        string first = hasTimestamps ? ",sackOK,TS val 1 ecr 0,nop" : ",nop";
        string options = first + (scales ? ",wscale 7" : "");
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse($"S 0:0(0) <mss {Segment}{options}>")));
        host.World.RunUntil(host.World.Now.PlusMilliseconds(roundTrip));
        RawSegment answer = host.Peer.Sent.Dequeue().Segment;
        host.ShardIss = answer.Seq;
        foreach (RawOption option in RawOption.ReadAll(answer.Options))
        {
            _scale = option is RawOption.WindowScale scale ? scale.Shift : _scale;
            _echo = option is RawOption.Timestamps stamps ? stamps.Value : _echo;
        }
        Edge = answer.Window;
        Send(0, 0);
    }

    /// <summary>Milliseconds from a burst to when its answers are taken.</summary>
    public int RoundTrip { get; }

    /// <summary>The scale that the shard announced.</summary>
    public int Scale => _scale;

    /// <summary>Bytes of the stream that were sent, but for holes.</summary>
    public int Sent { get; private set; }

    /// <summary>Bytes of the stream that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How far it may send.</summary>
    public int Edge { get; private set; }

    /// <summary>The window as it was announced last.</summary>
    public int Window => Edge - Acknowledged;

    /// <summary>Segments that the shard has sent.</summary>
    public int Answers { get; private set; }

    /// <summary>Sends so many bytes more, as far as the window allows, and waits a round trip.</summary>
    public void Burst(int bytes)
    {
        int end = Math.Min(Sent + bytes, Edge);
        while (Sent < end)
        {
            int length = Math.Min(Segment - (_hasTimestamps ? 12 : 0), end - Sent);
            Send(Sent, length);
            Sent += length;
        }
        Wait();
    }

    /// <summary>Leaves a hole of so many bytes.</summary>
    public void Skip(int bytes) => Sent += bytes;

    /// <summary>Sends bytes of any place of the stream.</summary>
    public void Send(int start, int length)
    {
        string stamps = _hasTimestamps ? " <nop,nop,TS val 1 ecr 0>" : "";
        ScriptPacket packet = ScriptPacket.Parse(
            $". {start + 1}:{start + 1 + length}({length}) ack 1{stamps}");
        RawSegment segment = _host.Outgoing(packet);
        if (_hasTimestamps)
        {
            segment = segment with
            {
                Options = RawOption.WriteAll(
                    [new RawOption.Nop(), new RawOption.Nop(), new RawOption.Timestamps(1, _echo)]),
            };
        }
        _host.Peer.Send(segment);
        _host.World.Settle();
    }

    /// <summary>Waits a round trip, and takes what was answered.</summary>
    public void Wait()
    {
        _host.World.RunUntil(_host.World.Now.PlusMilliseconds(RoundTrip));
        while (_host.Peer.Sent.TryDequeue(out SentSegment? sent))
        {
            RawSegment segment = sent.Segment;
            Answers++;
            Acknowledged = Math.Max(Acknowledged, (int)(segment.Ack - _host.PeerIss - 1));
            int edge = Acknowledged + (segment.Window << _scale);
            // RFC 7323 §2.4: but for what rounding makes of it.
            Assert.That(edge, Is.GreaterThan(Edge - (1 << _scale)), "a window is not taken back");
            Edge = Math.Max(Edge, edge);
            _echo = RawOption.ReadAll(segment.Options).OfType<RawOption.Timestamps>()
                .Select(stamps => stamps.Value).LastOrDefault(_echo);
        }
    }
}
