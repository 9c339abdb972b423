using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>Half-open connections that nobody remembers: SYN cookies (RFC 4987 §3.6).</content>
public sealed partial class TcpLayer
{
    private const uint NanosecondsPerTimestamp = 1_000_000;

    private readonly SynCookies _cookies;

    // Window scale and SACK are agreed only where there is a timestamp to keep them. ECN is not: a bit more
    // would make the round trip that the timestamp measures uncertain by as much again.
    private void AnswerByCookie(in FlowKey flow, in TcpSegment segment, Instant now)
    {
        ulong hash = HashFlow(in flow);
        int mss = segment.Options.Mss == 0 ? _limits.MssDefault : segment.Options.Mss;
        SequenceNumber iss = _cookies.Make(hash, segment.Sequence, mss, now);
        SynEntry entry = NewEntry(in flow, in segment, iss, new SynEntry { Flow = flow });
        entry.Marks &= ~TcpInput.EcnBoth;
        if ((entry.Marks & TcpMarks.Timestamps) != 0)
        {
            uint clock = (uint)(now.Nanoseconds / NanosecondsPerTimestamp);
            uint stamp = SynCookies.Stamp(
                clock + entry.TsOffset, entry.WindowScale, (entry.Marks & TcpMarks.Sack) != 0);
            entry.TsOffset = stamp - clock;
        }
        else
        {
            entry.WindowScale = -1;
            entry.Marks = TcpMarks.None;
        }
        if (_output.TryBuildSynAck(in entry, now))
        {
            _counters.SynCookiesSent++;
        }
    }

    private CookieCheck CheckCookie(in FlowKey flow, in TcpSegment segment, Instant now, out ushort mss)
    {
        const TcpFlags Telling = TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst;
        mss = 0;
        return now < _cookies.GoodUntil && (segment.Header.Flags & Telling) == TcpFlags.Ack
            && Listens(in flow)
            ? _cookies.Check(
                HashFlow(in flow), segment.Sequence - 1, segment.Header.Acknowledgment - 1, now, out mss)
            : CookieCheck.None;
    }

    // The first segment after a handshake that only the cookie tells of: it becomes a connection.
    private bool TryServeCookie(in FlowKey flow, ref TcpSegment segment, Instant now)
    {
        if (CheckCookie(in flow, in segment, now, out ushort mss) != CookieCheck.Good)
        {
            return false;
        }
        if (_syns.Find(in flow) is >= 0 and var place)
        {
            _syns.Remove(place);
        }
        var entry = new SynEntry
        {
            Flow = flow,
            Iss = segment.Header.Acknowledgment - 1,
            Irs = segment.Sequence - 1,
            PeerWindow = segment.Header.Window,
            Mss = mss,
            WindowScale = -1,
            TsOffset = TimestampOffset(in flow),
            SentAt = now,
        };
        long roundTrip = -1;
        if (segment.Options.HasTimestamps)
        {
            SynCookies.ReadStamp(segment.Options.TimestampEcho, out entry.WindowScale, out bool sack);
            entry.Marks = TcpMarks.Timestamps | (sack ? TcpMarks.Sack : TcpMarks.None);
            entry.TsRecent = segment.Options.TimestampValue;
            uint clock = (uint)(now.Nanoseconds / NanosecondsPerTimestamp) + entry.TsOffset;
            roundTrip = (int)(clock - segment.Options.TimestampEcho) * (long)NanosecondsPerTimestamp;
        }
        _counters.SynCookiesAccepted++;
        Establish(in entry, ref segment, roundTrip, now);
        return true;
    }
}
