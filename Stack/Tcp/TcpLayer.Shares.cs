using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// Limits of peers, and who gives way: answers that wait for their peer's share, the sweep that ends the
/// connections which hold it, and room in a full table.
/// </content>
public sealed partial class TcpLayer
{
    private const long SweepNanoseconds = 1_000_000_000;
    private const long SweepStepNanoseconds = 5_000_000;
    private const int SweepStepPlaces = 1024;
    private const long HoldNanoseconds = 10_000_000_000;

    // Waiting answers are tried again so often, even if all that changed is what other peers hold, and never
    // more often than that.
    private const long ShareRetryNanoseconds = 100_000_000;
    private const long ShareRetryLeastNanoseconds = 10_000_000;

    // Of a full table, so many places are looked at for who gives way: a peer with a part p of them is not
    // seen with a chance of (1 - p)^64.
    private const int VictimSamples = 64;

    // A slice is a place in a queue and no memory of its own: a connection with few of them holds nothing.
    private const int SlicesMany = 16;

    private int _reservedPlaces;
    private bool _waitsForShare;
    private int _shareVersion;
    private Instant _shareTriedAt;
    private Instant _shareRetryAt = Instant.Never;
    private Instant _sweepAt = Instant.Never;
    private int _sweepPlace;

    // Begins to count a connection of an address; false when its peer has as many as it may.
    private bool TryEnter(in FlowKey flow, out int peer)
    {
        peer = _shares.Hold(flow.RemoteAddress);
        if (_shares.TryAddConnection(peer))
        {
            return true;
        }
        _shares.Release(peer);
        _counters.PeerConnectionsRefused++;
        return false;
    }

    private void LeavePeer(ref TcpConnection tcb)
    {
        _shares.RemoveConnection(tcb.Peer);
        _table.SetPeer(tcb.Place, IPeerTable.Unlimited);
    }

    // Something was not written. What the connection has in flight lets it go on when it is acknowledged;
    // where there is nothing, it waits for others: of its peer, or of all.
    private void WaitForRoom(int place, in TcpConnection tcb, Instant now)
    {
        bool isShare = NoteShare(in tcb, now);
        if (tcb.SendCount > 0)
        {
            return;
        }
        if (!isShare)
        {
            _waitsForPool = true;
            BeginSweeps(now);
        }
        else if (!_waitsForShare)
        {
            _waitsForShare = true;
            _shareVersion = _shares.Version;
            _shareRetryAt = now.Plus(ShareRetryNanoseconds);
        }
        Block(place);
    }

    // Whether it is the peer's share that is used up, which is noted, so that it does not last.
    private bool NoteShare(in TcpConnection tcb, Instant now)
    {
        PeerShare share = PeerShare.Frames;
        if (!_shares.IsUsedUp(tcb.Peer, share, _pool.FreeCount))
        {
            share = PeerShare.Slices;
            if (!_shares.IsUsedUp(tcb.Peer, share, _sendQueue.FreeCount))
            {
                return false;
            }
        }
        _counters.PeerAnswersWithheld++;
        _shares.Refuse(tcb.Peer, share, now);
        BeginSweeps(now);
        return true;
    }

    private void BeginSweeps(Instant now)
    {
        if (_sweepAt == Instant.Never)
        {
            _sweepAt = now.Plus(SweepNanoseconds);
        }
    }

    private bool MayRetryShares(Instant now)
    {
        if (!_waitsForShare)
        {
            return false;
        }
        if (_shares.Version != _shareVersion)
        {
            // What a peer acknowledges in pieces lets all that wait try again, which has its price.
            _shareRetryAt = Instant.Min(_shareRetryAt, _shareTriedAt.Plus(ShareRetryLeastNanoseconds));
        }
        return _shareRetryAt <= now;
    }

    private void BeginRetry(Instant now)
    {
        _waitsForShare = false;
        _shareTriedAt = now;
        _shareRetryAt = Instant.Never;
    }

    // A part of the table at a time, so that no pass is long. The round begins anew as long as a peer is
    // refused something, or somebody waits for the pool.
    private void Sweep(Instant now)
    {
        Instant before = now.Plus(-HoldNanoseconds);
        int end = Math.Min(_sweepPlace + SweepStepPlaces, _table.Capacity);
        for (; _sweepPlace < end; _sweepPlace++)
        {
            if (_table[_sweepPlace].State != TcpState.Closed)
            {
                Sweep(_sweepPlace, before, now);
            }
        }
        _inHand = None;
        if (end < _table.Capacity)
        {
            _sweepAt = now.Plus(SweepStepNanoseconds);
            return;
        }
        _sweepPlace = 0;
        _sweepAt = _shares.RefusedCount > 0 || _waitsForPool ? now.Plus(SweepNanoseconds) : Instant.Never;
    }

    private void Sweep(int place, Instant before, Instant now)
    {
        try
        {
            ref TcpConnection tcb = ref TakeInHand(place);
            if (tcb.SendCount > 0 && tcb.ProgressAt <= before
                && (GivesWay(in tcb, PeerShare.Frames, before) || GivesWay(in tcb, PeerShare.Slices, before)))
            {
                _counters.PeerConnectionsReset++;
                CloseConnection(place, StreamEnd.Evicted, reset: true, now);
            }
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Timer, fault, now);
        }
    }

    // Whether a connection has a part in what its peer holds, and that is its whole share since then or
    // before, or too much for what is left.
    private bool GivesWay(in TcpConnection tcb, PeerShare share, Instant before)
    {
        int free = share == PeerShare.Frames ? _pool.FreeCount : _sendQueue.FreeCount;
        bool isRefused = _shares.IsRefusedSince(tcb.Peer, before, out PeerShare refused) && refused == share;
        if (isRefused && !_shares.IsUsedUp(tcb.Peer, share, free))
        {
            _shares.Relent(tcb.Peer);
            isRefused = false;
        }
        return (isRefused || _shares.IsHeavy(tcb.Peer, share, free))
            && (share == PeerShare.Frames ? _sendQueue.HasFrames(in tcb) : tcb.SendCount >= SlicesMany);
    }

    // A full table refuses nobody as long as somebody has more of it: TIME-WAIT gives way first, then the
    // idlest connection of the peer that has most.
    private bool TryAddOrEvict(in FlowKey flow, int peer, Instant now, out int place)
    {
        int spare = _services.TryGetValue(flow.LocalPort, out IStreamService? service)
            && service.ReservedConnections > 0
            ? 0
            : Math.Min(_reservedPlaces, _table.Capacity / 8);
        if (_table.Capacity - _table.Count <= spare)
        {
            if (TimeWaitCount > 0)
            {
                EvictTimeWait(now);
            }
            else if (FindVictim(peer) is >= 0 and var victim)
            {
                _counters.TableEvicted++;
                CloseOther(victim, StreamEnd.Evicted, reset: true, now);
            }
            else
            {
                place = None;
                return false;
            }
        }
        return _table.TryAdd(in flow, out place);
    }

    // The connection to end for one more of a peer's, or −1: of those that a random sample shows, the one
    // whose peer has most, and of equals the idlest.
    private int FindVictim(int peer)
    {
        int victim = None;
        int most = _shares.Connections(peer);
        Instant idleSince = Instant.Never;
        for (int i = 0; i < VictimSamples; i++)
        {
            int place = (int)_random.Below(_table.Capacity);
            ref TcpConnection tcb = ref _table[place];
            int has = tcb.State == TcpState.Closed ? 0 : _shares.Connections(_table.PeerOf(place));
            if (has < most || has == 0 || IsReserved(in tcb))
            {
                continue;
            }
            Instant since = tcb.QueuedBytes > 0 ? tcb.ProgressAt : tcb.LastSentAt;
            if (has > most || since < idleSince)
            {
                (victim, most, idleSince) = (place, has, since);
            }
        }
        return victim;
    }

    private bool IsReserved(in TcpConnection tcb) =>
        _services.TryGetValue(tcb.Flow.LocalPort, out IStreamService? service)
        && service.ReservedConnections > 0;
}
