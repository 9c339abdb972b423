using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>What the path to the peer takes (RFC 1191): the destination's, not the connection's.</content>
public sealed partial class TcpLayer
{
    /// <summary>The agreed MSS, or what the path takes of it; the connection has seen the table.</summary>
    private ushort PathMss(ref TcpConnection tcb)
    {
        tcb.PathVersion = _ip.PathVersion;
        int path = _ip.PathPayloadMax(tcb.Flow.RemoteAddress) - TcpHeader.LengthMin;
        return (ushort)Math.Min((int)tcb.MssAgreed, Math.Max(path, _limits.MssMin + tcb.OptionsLength));
    }

    // An error that quotes a sequence number in flight has told what the path takes. RFC 1191 §6.4: the
    // segment size shrinks, and what was in flight is sent again in smaller pieces.
    private void OnPathMtu(int place, ref TcpConnection tcb, SequenceNumber quoted, int mtu, Instant now)
    {
        if (!tcb.IsSynchronized || !_ip.TryLearnPathMtu(tcb.Flow.RemoteAddress, mtu, now))
        {
            return;
        }
        ushort mss = PathMss(ref tcb);
        if (mss < tcb.Mss)
        {
            tcb.Mss = mss;
            LoseUpTo(place, ref tcb, tcb.SndUna, tcb.SndNxt);
        }
        else if (tcb.Is(TcpMarks.PathTrial)
            && quoted.IsAtOrAfter(tcb.TrialStart) && quoted.IsBefore(tcb.TrialEnd))
        {
            // The trial alone is lost: all else in flight is as small as it has to be.
            tcb.Unmark(TcpMarks.PathTrial);
            if (tcb.Loss == LossMode.Open)
            {
                LoseUpTo(
                    place, ref tcb, SequenceNumber.Max(tcb.TrialStart, tcb.SndUna), tcb.TrialEnd);
            }
        }
    }

    private void LoseUpTo(int place, ref TcpConnection tcb, SequenceNumber from, SequenceNumber end)
    {
        _input.Losses.OnTooLarge(ref tcb, from, end);
        MarkDirty(place);
    }

    // Whether the connection must look: others have learned something, or a larger segment may be tried.
    private bool IsPathNews(in TcpConnection tcb) =>
        tcb.PathVersion != _ip.PathVersion || tcb.Mss < tcb.MssAgreed;

    // What others have learned of the path. With something in flight a connection waits to be told itself:
    // only then is it known what of that is lost.
    private void FollowPath(int place, ref TcpConnection tcb, Instant now)
    {
        if (!tcb.IsSynchronized)
        {
            return;
        }
        if (tcb.Is(TcpMarks.PathTrial) && tcb.SndUna.IsAtOrAfter(tcb.TrialEnd))
        {
            tcb.Unmark(TcpMarks.PathTrial);
            _ip.ForgetPath(tcb.Flow.RemoteAddress);
        }
        int version = tcb.PathVersion;
        ushort mss = PathMss(ref tcb);
        if (mss > tcb.Mss || tcb.FlightSize == 0)
        {
            tcb.Mss = mss;
        }
        else if (mss < tcb.Mss)
        {
            tcb.PathVersion = version;
        }
        if (tcb.Mss < tcb.MssAgreed)
        {
            TryPath(place, ref tcb, now);
        }
    }

    // RFC 1191 §6.3: after its age, one segment of the size that both sides agreed on tries the path. The
    // others go on with what is known to arrive.
    private void TryPath(int place, ref TcpConnection tcb, Instant now)
    {
        // The link's MTU may have been lowered since it was agreed on.
        int mss = Math.Min(tcb.MssAgreed, _output.OurMss(tcb.Flow.RemoteAddress));
        int length = mss - tcb.OptionsLength;
        if (mss <= tcb.Mss || tcb.Is(TcpMarks.PathTrial) || tcb.Loss != LossMode.Open
            || tcb.UnsentBytes < length
            || !_ip.IsPathOld(tcb.Flow.RemoteAddress, now) || !_batch.HasRoomToSpare)
        {
            return;
        }
        ushort known = tcb.Mss;
        SequenceNumber start = tcb.SndNxt;
        tcb.Mss = (ushort)mss;
        tcb.Mark(TcpMarks.PathTrial);
        // What it comes to beside a segment is found again by the turn that follows.
        _ = _output.TryBuild(ref tcb, place, now);
        tcb.Mss = known;
        if (tcb.SndNxt.Since(start) > tcb.SegmentSize)
        {
            tcb.TrialStart = start;
            tcb.TrialEnd = tcb.SndNxt;
            _ip.BeginPathTrial(tcb.Flow.RemoteAddress, now);
        }
        else
        {
            tcb.Unmark(TcpMarks.PathTrial);
        }
    }
}
