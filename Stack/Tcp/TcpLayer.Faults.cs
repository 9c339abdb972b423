using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp;

/// <content>
/// One connection's fault is its own: whatever a session or a connection's own state throws ends that
/// connection, and the shard goes on. What is thrown while no connection is in hand costs the segment that
/// brought it. Without a sink that is told of them faults are thrown on, as tests want it.
/// </content>
public sealed partial class TcpLayer
{
    private readonly IFaultSink? _faults;

    // The connection in hand; None between two of them.
    private int _inHand = None;

    private bool IsSurvivable(Exception fault) => _faults is not null && Invariant.IsContained(fault);

    // Every event of a connection begins here. What does not hold any more is found before it is acted on.
    private ref TcpConnection TakeInHand(int place)
    {
        _inHand = place;
        ref TcpConnection tcb = ref _table[place];
        Invariant.Assert(
            tcb.Place == place && tcb.Peer == _table.PeerOf(place) && tcb.State != TcpState.Closed,
            "a control block is that of its place");
        return ref tcb;
    }

    /// <inheritdoc/>
    public void Isolate<T>(StreamId stream, Instant now, in T argument, Action<T> action)
    {
        int inHand = _inHand;
        try
        {
            _inHand = _table.Has(stream) ? stream.Place : None;
            action(argument);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Answer, fault, now);
        }
        _inHand = inHand;
    }

    private void OnFault(FaultPlace where, Exception fault, Instant now)
    {
        int place = _inHand;
        _inHand = None;
        if (place != None && _table.IsUsed(place))
        {
            EndFaulted(place, where, fault, now);
        }
        else
        {
            _counters.SegmentFaults++;
            _faults!.OnFault(where, default, fault);
        }
    }

    // A connection other than the one in hand gives way to it: a fault of the one is not the other's.
    private void CloseOther(int place, StreamEnd end, bool reset, Instant now)
    {
        int inHand = _inHand;
        try
        {
            TakeInHand(place);
            CloseConnection(place, end, reset, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            EndFaulted(place, FaultPlace.Close, fault, now);
        }
        _inHand = inHand;
    }

    // The control block may say anything by now. Who it is and what it holds is known beside it, and that is
    // what is given back; the links of others are looked at before they are changed.
    private void EndFaulted(int place, FaultPlace where, Exception fault, Instant now)
    {
        ref TcpConnection tcb = ref _table[place];
        _table.Restore(place);
        _counters.ConnectionFaults++;
        _faults!.OnFault(where, in tcb.Flow, fault);
        Attempt(place, now, static (layer, at, then) => layer.ResetFaulted(at, then));
        Attempt(place, now, static (layer, at, _) => layer._lists.SalvageTimeWait(at));
        Attempt(place, now, static (layer, at, _) => layer._sendQueue.Salvage(ref layer._table[at]));
        Attempt(place, now, static (layer, at, _) => layer._receiveQueue.Salvage(ref layer._table[at]));
        Attempt(place, now, static (layer, at, _) => layer._scoreboard.Salvage(ref layer._table[at]));
        Attempt(place, now, static (layer, at, _) => layer.EndFaultedSession(at));
        Attempt(place, now, static (layer, at, _) => layer.LeavePeer(ref layer._table[at]));
        _timers.Set(place, Instant.Never);
        _counters.Closed++;
        _table.Remove(place);
    }

    // What fails here, too, is left as it is: rather lost than given to two.
    private void Attempt(int place, Instant now, Action<TcpLayer, int, Instant> step)
    {
        try
        {
            step(this, place, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            _counters.ConnectionFaultsUnmended++;
        }
    }

    private void ResetFaulted(int place, Instant now)
    {
        ref TcpConnection tcb = ref _table[place];
        if (tcb.IsSynchronized && tcb.State != TcpState.TimeWait)
        {
            SendReset(place, ref tcb, now);
        }
    }

    private void EndFaultedSession(int place)
    {
        IStreamSession? session = _table.SessionOf(place);
        _table.SetSession(place, null);
        session?.OnClosed(StreamEnd.Faulted);
    }
}
