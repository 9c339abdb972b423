using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>The arrows of RFC 9293's state diagram (§3.3.2, figure 5), and nothing else.</summary>
public static class TcpTransitions
{
    /// <summary>Changes the state; an arrow that is not in the diagram is a bug.</summary>
    public static void MoveTo(this ref TcpConnection tcb, TcpState next)
    {
        Invariant.Assert(IsArrow(tcb.State, next), "the state diagram has this arrow (RFC 9293 §3.3.2)");
        tcb.State = next;
        CheckSequences(in tcb);
    }

    /// <summary>What holds between any two calls.</summary>
    public static void CheckSequences(in TcpConnection tcb)
    {
        Invariant.Assert(tcb.State <= TcpState.TimeWait, "a connection is in a state");
        Invariant.Assert(
            tcb.SndScale <= TcpOptions.WindowScaleMax && tcb.RcvScale <= TcpOptions.WindowScaleMax,
            "no window is scaled by more than RFC 7323 §2.3 allows");
        Invariant.Assert(!tcb.SndUna.IsAfter(tcb.SndNxt), "SND.UNA <= SND.NXT");
        Invariant.Assert(tcb.SentBytes >= 0, "SND.NXT - SND.UNA counts no less than the FIN");
        Invariant.Assert(tcb.SentBytes <= tcb.QueuedBytes, "what was sent is still queued");
        Invariant.Assert((tcb.QueuedBytes == 0) == (tcb.SendCount == 0), "what is queued stands in slices");
        Invariant.Assert(!tcb.SndUna.IsAfter(tcb.LostUpTo), "SND.UNA <= LostUpTo");
        Invariant.Assert(!tcb.HighRxt.IsAfter(tcb.LostUpTo), "HighRxt <= LostUpTo");
        Invariant.Assert(!tcb.LostUpTo.IsAfter(tcb.SndNxt), "LostUpTo <= SND.NXT");
    }

    private static bool IsArrow(TcpState from, TcpState to) => to == TcpState.Closed || from switch
    {
        TcpState.Closed => to is TcpState.SynSent or TcpState.SynReceived,
        TcpState.SynSent => to is TcpState.SynReceived or TcpState.Established,
        TcpState.SynReceived => to is TcpState.Established or TcpState.FinWait1,
        TcpState.Established => to is TcpState.FinWait1 or TcpState.CloseWait,
        TcpState.FinWait1 => to is TcpState.FinWait2 or TcpState.Closing or TcpState.TimeWait,
        TcpState.FinWait2 => to is TcpState.TimeWait,
        TcpState.CloseWait => to is TcpState.LastAck,
        TcpState.Closing => to is TcpState.TimeWait,
        _ => false,
    };
}
