using System.Globalization;
using System.Text;
using Straightwire.Simulation;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>
/// Runs packet scripts in packetdrill's notation against one shard, in virtual time. A line is
/// <code>
/// [+seconds] &lt; packet        the peer sends          [+seconds] &gt; packet     the shard sends, exactly
/// this
/// [+seconds] &lt; icmp KIND     an ICMP error about the shard's last segment
/// [+seconds] write N | write content N | finish | abort | drain | connect | refuse | reopen | read on | read
/// off | expect | notify
/// [+seconds] reply write N …  the same, from within the next OnReceived
/// [+seconds] state NAME | received N | shown N | peer finished | ended HOW | alive | no output | connections
/// N
/// established [win N] [&lt;options&gt;]     the handshake, MSS 1000 without options
/// </code>
/// A length of 3*1000 stands for three packets in a row, and "times 3" after a packet for three of the same.
/// Whatever the shard sends must be expected, in order and in time; flags, sequence number, acknowledgement
/// and length
/// must be exact, window and options where they are written.
/// </summary>
internal sealed class TcpScript
{
    private readonly ScriptHost _host;
    private readonly List<string> _log = [];
    private byte[]? _lastFrame;

    private TcpScript(ScriptHost host) => _host = host;

    /// <summary>
    /// Runs a script, and fails the test with the place and both packets if the shard does otherwise.
    /// </summary>
    public static ScriptHost Run(string script, Func<TcpLimits, TcpLimits>? limits = null, int mtu = 1500) =>
        Run(new ScriptHost(limits, mtu), script);

    /// <summary>Runs a script on a host that may have run another one before.</summary>
    public static ScriptHost Run(ScriptHost host, string script)
    {
        TcpScript run = new(host);
        List<string> lines =
            [.. script.Split('\n').SelectMany(line => ScriptShorthand.Expand(line.Split("//")[0].Trim()))];
        host.ActionsLeft = lines.Count(IsAction);
        host.World.Settle();
        foreach (string line in lines)
        {
            run.RunLine(line);
            host.ActionsLeft -= IsAction(line) ? 1 : 0;
        }
        run.ExpectSilence("the end of the script");
        return host;
    }

    private void RunLine(string line)
    {
        long delay = 0;
        string text = line;
        if (line[0] == '+')
        {
            int end = line.IndexOf(' ', StringComparison.Ordinal);
            delay = (long)(decimal.Parse(line[1..end], CultureInfo.InvariantCulture) * 1_000_000_000m);
            text = line[end..].Trim();
        }
        if (text.StartsWith("<<", StringComparison.Ordinal))
        {
            // It comes in one batch with those of the next lines, until something is expected.
            _host.Peer.Send(_host.Outgoing(ScriptPacket.Parse(text[2..])));
        }
        else if (text[0] == '>')
        {
            Expect(ScriptPacket.Parse(text[1..]), delay, line);
        }
        else
        {
            _host.World.RunUntil(_host.World.Now.Plus(delay));
            ExpectSilence(line);
            Do(text, line);
            _host.World.Settle();
        }
        _log.Add(line);
    }

    private void Do(string text, string line)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "<" when words[1] == "icmp":
                SendIcmp(words);
                break;
            case "<":
                SendPacket(ScriptPacket.Parse(text[1..]));
                break;
            case "established":
                Establish(text["established".Length..].Trim());
                break;
            case "connect":
                _host.Connect();
                break;
            case "expect":
                _host.Expect();
                break;
            case "notify":
                _host.Notify();
                break;
            case "refuse":
                _host.Refuses = true;
                break;
            case "reopen":
                _host.ShardIss = null;
                break;
            case "drain":
                _host.Shard.Drain(_host.World.Now);
                break;
            case "reply":
                _host.Session!.Replies.Enqueue(ActionOf(words[1..], line));
                break;
            case "write" or "finish" or "abort" or "read":
                Act(ActionOf(words, line), line);
                break;
            default:
                Check(words, line);
                break;
        }
    }

    private static bool IsAction(string line) =>
        line.Split(' ').FirstOrDefault(word => word[0] != '+') is "write" or "finish" or "abort" or "read";

    // The session acts when it is called, and has itself called every millisecond while a script needs that.
    private void Act(ScriptAction action, string line)
    {
        ScriptSession session = Session(line);
        session.Actions.Enqueue(action);
        bool acted = _host.World.RunUntil(
            _host.World.Now.PlusMilliseconds(5), () => session.Actions.Count == 0);
        Assert.That(acted, "the session is called; " + Where(line));
    }

    private void Check(string[] words, string line)
    {
        string what = Where(line);
        switch (words[0])
        {
            case "state":
                Assert.That(
                    _host.Shard.Tcp.StateOf(_host.FlowNow).ToString(), Is.EqualTo(words[1]), what);
                break;
            case "received":
                Assert.That(Session(line).Received, Is.EqualTo(Integer(words[1])), what);
                break;
            case "shown":
                Assert.That(Session(line).Shown, Is.EqualTo(Integer(words[1])), what);
                break;
            case "peer":
                Assert.That(Session(line).PeerFinished, what);
                break;
            case "ended":
                Assert.That(Session(line).End?.ToString(), Is.EqualTo(words[1]), what);
                break;
            case "alive":
                Assert.That(Session(line).End, Is.Null, what);
                break;
            case "accepted":
                Assert.That(_host.Accepted, Is.EqualTo(Integer(words[1])), what);
                break;
            case "connections":
                Assert.That(_host.Shard.ConnectionCount, Is.EqualTo(Integer(words[1])), what);
                break;
            case "no":
                break;
            default:
                throw new FormatException($"'{line}' is no line of a script");
        }
    }

    private ScriptSession Session(string line)
    {
        Assert.That(_host.Session, Is.Not.Null, "there is a session; " + Where(line));
        return _host.Session!;
    }

    private ScriptAction ActionOf(string[] words, string line)
    {
        switch (words[0])
        {
            case "write" when words[1] == "content":
                long length = Integer(words[2]);
                int region = _host.Region;
                return (ref output, session) =>
                {
                    Assert.That(output.TryWriteContent(
                        new ContentSlice(region, session.Written, length)), Where(line));
                    session.Written += length;
                };
            case "write":
                return (ref output, session) =>
                {
                    byte[] bytes = Pattern.Bytes(session.Written, (int)Integer(words[1]));
                    Assert.That(output.TryWrite(bytes), Where(line));
                    session.Written += bytes.Length;
                };
            case "finish":
                return (ref output, _) => output.Finish();
            case "abort":
                return (ref output, _) => output.Abort();
            case "read":
                bool reading = words[1] == "on";
                return (ref _, session) => session.Reading = reading;
            default:
                throw new FormatException($"'{line}' is no line of a script");
        }
    }

    private void Establish(string parameters)
    {
        int open = parameters.IndexOf('<', StringComparison.Ordinal);
        string options = open < 0 ? "<mss 1000>" : parameters[open..];
        string window = open < 0 ? parameters : parameters[..open];
        RunLine($"< S 0:0(0) {window} {options}");
        RunLine("> S. 0:0(0) ack 1");
        string stamp =
            StampOf(ScriptPacket.ParseOptions(
                options[1..^1])) is { } sent ? $"<nop,nop,TS val {sent.Value} ecr 1>" : "";
        RunLine($"< . 1:1(0) ack 1 {window} {stamp}");
    }

    private void SendPacket(ScriptPacket packet)
    {
        byte[] frame = _host.Peer.FrameOf(_host.Outgoing(packet));
        RawFrame.SetEcn(frame, (byte)(packet.Ecn ?? EcnCodepoint.NotEct));
        _host.Peer.SendFrame(frame);
    }

    private ScriptPacket Incoming(SentSegment sent) =>
        _host.Incoming(sent.Segment) with { Ecn = (EcnCodepoint)RawFrame.EcnOf(sent.Frame) };

    private void SendIcmp(string[] words)
    {
        byte[] quoted = (byte[])_lastFrame!.Clone();
        int at = Array.IndexOf(words, "quoting");
        if (at > 0)
        {
            uint sequence = (_host.ShardIss ?? 0) + (uint)Integer(words[at + 1]);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(quoted.AsSpan(38), sequence);
        }
        (byte type, byte code) = words[2] switch
        {
            "net" => ((byte)3, (byte)0),
            "host" => ((byte)3, (byte)1),
            "protocol" => ((byte)3, (byte)2),
            "port" => ((byte)3, (byte)3),
            "fragmentation" => ((byte)3, (byte)4),
            "time" => ((byte)11, (byte)0),
            _ => throw new FormatException(words[2]),
        };
        int mtu = Array.IndexOf(words, "mtu");
        _host.Peer.SendFrame(
            RawFrame.IcmpError(quoted, type, code, mtu > 0 ? (int)Integer(words[mtu + 1]) : 0));
    }

    private void Expect(ScriptPacket expected, long delay, string line)
    {
        Instant start = _host.World.Now;
        Instant due = start.Plus(delay);
        Instant latest = delay == 0 ? due : due.Plus((delay / 20) + 6_000_000);
        _host.World.RunUntil(latest, () => _host.Peer.Sent.Count > 0);
        if (!_host.Peer.Sent.TryDequeue(out SentSegment? sent))
        {
            Fail(line, "nothing was sent");
            return;
        }
        _lastFrame = sent.Frame;
        if (_host.ShardIss is null && sent.Segment.Has(RawFlags.Syn))
        {
            _host.ShardIss = sent.Segment.Seq - expected.Seq;
        }
        BindTimestamps(expected, sent.Segment);
        ScriptPacket actual = Incoming(sent);
        if (!Matches(expected, actual))
        {
            Fail(line, $"was sent:  > {actual}");
        }
        if (sent.At < due.PlusMilliseconds(delay == 0 ? 0 : -1))
        {
            Fail(line, $"it was sent {due.Since(sent.At) / 1e9:F3} s early: > {actual}");
        }
        if (actual.Length > 0)
        {
            Pattern.Check(
                sent.Segment.Payload, (int)actual.Seq - (actual.Flags.HasFlag(RawFlags.Syn) ? 0 : 1));
        }
    }

    /// <summary>The first timestamp seen is the one that the script writes there, or 1.</summary>
    private void BindTimestamps(ScriptPacket expected, RawSegment sent)
    {
        if (_host.TimestampBase is null && StampOf(RawOption.ReadAll(sent.Options)) is { } actual)
        {
            _host.TimestampBase = actual.Value - (StampOf(expected.Options ?? [])?.Value ?? 1);
        }
    }

    private static RawOption.Timestamps? StampOf(IEnumerable<RawOption> options) =>
        options.OfType<RawOption.Timestamps>().FirstOrDefault();

    private static bool Matches(ScriptPacket expected, ScriptPacket actual) =>
        expected.Flags == actual.Flags
        && expected.Seq == actual.Seq
        && expected.Length == actual.Length
        && expected.Ack == actual.Ack
        && (expected.Window is null || expected.Window == actual.Window)
        && (expected.Urgent ?? 0) == actual.Urgent
        && (expected.Ecn is null || expected.Ecn == actual.Ecn)
        && (expected.Options is null || SameOptions(expected.Options, actual.Options!));

    /// <summary>Timestamps may be 10 ms apart: a timer may be late by its wheel's slot.</summary>
    private static bool SameOptions(IReadOnlyList<RawOption> expected, IReadOnlyList<RawOption> actual) =>
        expected.Count == actual.Count && expected.Zip(actual).All(pair => pair switch
        {
            (RawOption.Timestamps a, RawOption.Timestamps b) =>
                a.Echo == b.Echo && b.Value - a.Value + 10 <= 20,
            _ => pair.First.ToString() == pair.Second.ToString(),
        });

    private void ExpectSilence(string line)
    {
        if (_host.Peer.Sent.TryPeek(out SentSegment? sent))
        {
            double late = _host.World.Now.Since(sent.At) / 1e9;
            Fail(line, $"was sent {late:F3} s before, unexpected:  > {Incoming(sent)}");
        }
    }

    private void Fail(string line, string what) => Assert.Fail(Where(line) + "\n   but " + what);

    private string Where(string line)
    {
        StringBuilder text = new();
        foreach (string passed in _log)
        {
            text.Append("   ").AppendLine(passed);
        }
        return text.Append("=> ").Append(line).ToString();
    }

    private static long Integer(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
