using Straightwire.Stack.Tcp.Congestion;

namespace Straightwire.Stack.Tcp;

/// <content>What is done about congestion that a peer tells of before anything is lost (RFC 3168).</content>
public sealed partial class LossDetection
{
    // RFC 3168 §6.1.2: once for each window, whether its segments were marked or lost. A window ends with the
    // acknowledgement of the first that was sent after its reduction, which has CWR. Returns whether the peer
    // tells of congestion: then the window does not grow.
    private bool TakeEcho(ref TcpConnection tcb, in AckNews news)
    {
        if (tcb.Is(TcpMarks.Reduced) && tcb.SndUna.IsAfter(tcb.RecoveryPoint))
        {
            tcb.Unmark(TcpMarks.Reduced);
        }
        if (!news.IsCongested)
        {
            return false;
        }
        // Whatever a recovery has taken was due.
        tcb.Unmark(TcpMarks.Undoable | TcpMarks.UndoableByDuplicates);
        if (tcb.Loss == LossMode.Open && !tcb.Is(TcpMarks.Reduced))
        {
            counters.CongestionResponses++;
            CongestionControl.OnEcho(ref tcb, WindowInUse(in tcb), limits);
            tcb.RecoveryPoint = tcb.SndNxt;
        }
        // Nothing that is sent again has CWR, so that all of a repair after a timeout may be under echoes of
        // what the timeout has answered.
        return tcb.Loss != LossMode.Timeout;
    }

    // A loss in a window that was reduced for a mark is not answered again.
    private static bool IsReducedAlready(in TcpConnection tcb) =>
        tcb.Is(TcpMarks.Reduced) && tcb.SndUna.IsBefore(tcb.RecoveryPoint);
}
