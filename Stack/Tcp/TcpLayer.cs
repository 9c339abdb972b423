using System.Runtime.CompilerServices;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Link;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// TCP of one shard: finds a segment's connection, has <see cref="TcpInput"/> decide, and acts on the
/// decision: sessions are called here, and only here. Segments are built after the batch, from the list of
/// dirty connections.
/// </summary>
public sealed partial class TcpLayer : ITransport, IStreamSink, IStreamNetwork, IConnectionTable
{
    private const long ConfirmNanoseconds = 1_000_000_000;

    // Actions after which the connection, or the segment's part in it, is at an end.
    private const TcpActions Ending =
        TcpActions.Reopen | TcpActions.Reset | TcpActions.Close | TcpActions.ResetSender;

    private readonly TcpLimits _limits;
    private readonly FramePool _pool;
    private readonly IContentMemory _content;
    private readonly IIpOutput _ip;
    private readonly TransmitBatch _batch;
    private readonly TcpCounters _counters;
    private readonly TcpTable _table;
    private readonly ConnectionLists _lists;
    private readonly SynTable _syns;
    private readonly PeerShares _shares;
    private readonly TimerWheel _timers;
    private readonly SendQueue _sendQueue;
    private readonly ReceiveQueue _receiveQueue;
    private readonly ReceiveWindow _receiveWindow;
    private readonly SackScoreboard _scoreboard;
    private readonly TcpInput _input;
    private readonly TcpOutput _output;
    private readonly ShardRound _round;
    private readonly IcmpBudget[] _resetBudgets;
    private readonly Dictionary<ushort, IStreamService> _services = [];
    private readonly PortSpan _ephemeralPorts;
    private readonly OwnPorts _ports;
    private readonly UInt128 _sequenceKey;
    private readonly RandomNumbers _random;
    private bool _draining;

    /// <summary>Creates the layer; everything it will ever need is allocated here.</summary>
    public TcpLayer(
        TcpLimits limits,
        PortSpan ephemeralPorts,
        IReadOnlyList<ServicePort>? sharedPorts,
        LinkCapabilities link,
        IIpOutput ip,
        TransmitBatch batch,
        FramePool pool,
        IContentMemory content,
        SliceHolders holders,
        ShardSecrets secrets,
        ShardRound round,
        IPeerTable? peerTable,
        IFaultSink? faults,
        TcpCounters counters,
        Instant now)
    {
        _limits = limits;
        _ephemeralPorts = ephemeralPorts;
        _ports = new OwnPorts(IpProtocol.Tcp, sharedPorts);
        _pool = pool;
        _content = content;
        _ip = ip;
        _batch = batch;
        _counters = counters;
        _round = round;
        _faults = faults;
        FlowHash hash = new(secrets.TableKey);
        _table = new TcpTable(_limits.Connections, hash);
        _shares = new PeerShares(_limits, pool.FrameCount, pool.FrameLength, peerTable);
        pool.Accounts = _shares;
        _syns = new SynTable(_limits.HalfOpenMax, hash, _shares, now);
        _timers = new TimerWheel(_limits.Connections, now);
        _sendQueue = new SendQueue(_limits, pool, _shares, content, holders);
        _receiveQueue = new ReceiveQueue(_limits, _shares, counters);
        _receiveWindow = new ReceiveWindow(_limits, _receiveQueue, counters);
        _scoreboard = new SackScoreboard(_limits.ScoreboardCount, _shares, counters);
        LossDetection losses = new(_limits, _scoreboard, counters);
        _input = new TcpInput(_limits, _sendQueue, _scoreboard, losses, counters);
        _output = new TcpOutput(
            _limits, link, ip, batch, _sendQueue, _receiveQueue, _receiveWindow, _scoreboard, losses,
            counters);
        _resetBudgets = MakeResetBudgets(_limits.ResetsPerSecond, secrets.Seed);
        _owed = new OwedReset[_limits.Connections];
        _sequenceKey = secrets.SequenceKey;
        _cookies = new SynCookies(secrets.SequenceKey);
        _random = new RandomNumbers(secrets.Seed);
        _lists = new ConnectionLists(_table);
        _expected = new(_limits.ExpectedMax);
    }

    /// <summary>Connections in all states but CLOSED and TIME-WAIT.</summary>
    public int ConnectionCount => _table.Count - TimeWaitCount;

    /// <summary>Connections that wait for the end of TIME-WAIT.</summary>
    public int TimeWaitCount => _lists.TimeWaitCount;

    /// <summary>Passive connections whose handshake is not complete.</summary>
    public int HalfOpenCount => _syns.Count;

    /// <summary>
    /// Whether nothing is held: no slice, no receive buffer, no scoreboard. For tests of leaks.
    /// </summary>
    public bool HoldsNothing =>
        _sendQueue.FreeCount == _limits.SendSlices
        && _receiveQueue.FreeCount == _limits.ReceiveBufferCount + _limits.ReceiveBufferSmallCount
        && _scoreboard.FreeCount == _limits.ScoreboardCount;

    /// <summary>Nothing is due before this.</summary>
    public Instant NextDeadline => Instant.Min(
        Instant.Min(_owedAt, Instant.Min(_timers.NextDeadline, _syns.NextDeadline)),
        Instant.Min(_shareRetryAt, _sweepAt));

    /// <summary>
    /// The state of a flow's connection; CLOSED when it has none, SYN-RECEIVED when it is half open.
    /// </summary>
    public TcpState StateOf(in FlowKey flow)
    {
        int place = _table.Find(in flow);
        return place >= 0 ? _table[place].State
            : _syns.Find(in flow) >= 0 ? TcpState.SynReceived
            : TcpState.Closed;
    }

    /// <summary>A copy of a flow's control block, for tests and metrics; false when it has none.</summary>
    public bool TryInspect(in FlowKey flow, out TcpConnection connection)
    {
        int place = _table.Find(in flow);
        connection = place >= 0 ? _table[place] : default;
        return place >= 0;
    }

    /// <summary>A flow's control block itself, for tests that break it; its place must be taken.</summary>
    internal ref TcpConnection BlockOf(in FlowKey flow) => ref _table[_table.Find(in flow)];

    /// <summary>Listens on a port.</summary>
    public void Listen(IStreamService service)
    {
        Invariant.Assert(_ports.Has(service.Port), "a service listens on a port of ours");
        _services.Add(service.Port, service);
        _reservedPlaces += service.ReservedConnections;
    }

    /// <inheritdoc/>
    public byte Protocol => IpProtocol.Tcp;

    /// <inheritdoc/>
    public void OnPacket(in IpPacket packet, Instant now)
    {
        _counters.SegmentsReceived++;
        TakePacket(in packet, now);
    }

    private void TakePacket(in IpPacket packet, Instant now)
    {
        try
        {
            TakeSegment(in packet, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Segment, fault, now);
        }
        _inHand = None;
    }

    // Not a part of its caller: what all of the way of a packet needs on the stack would be cleared for each.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeSegment(in IpPacket packet, Instant now)
    {
        TcpSegment parsed = default;
        parsed.Bytes = packet.Payload;
        parsed.Trail = packet.Trail;
        parsed.Ecn = packet.Ecn;
        if (!TcpHeader.TryRead(
            packet.Payload, out parsed.Header, out ReadOnlySpan<byte> options, out parsed.Payload))
        {
            _counters.MalformedHeader++;
            return;
        }
        if (packet.Checksum == ReceiveChecksum.Unverified && !IsChecksumRight(in packet))
        {
            _counters.BadChecksum++;
            return;
        }
        if (IsNonsense(parsed.Header.Flags))
        {
            _counters.BadFlags++;
            return;
        }
        parsed.Options = TcpOptions.Read(options);
        if (parsed.Options.Malformed && packet.Trail == default)
        {
            _counters.MalformedOptions++;
        }
        parsed.Sequence = parsed.Header.Sequence;
        parsed.HasFin = parsed.Header.Has(TcpFlags.Fin);
        FlowKey flow = new(
            packet.Destination, parsed.Header.DestinationPort, packet.Source, parsed.Header.SourcePort);
        int place = _table.Find(in flow);
        if (place >= 0)
        {
            OnConnectionSegment(place, ref parsed, now);
        }
        else
        {
            OnOtherSegment(in flow, ref parsed, now);
        }
    }

    /// <inheritdoc/>
    public bool OnPathError(in FlowKey flow, uint quoted, PathError error, int mtu, Instant now)
    {
        OnPathError(in flow, quoted, error, mtu, default, now);
        return true;
    }

    private void OnPathError(
        in FlowKey flow, uint sequence, PathError error, int mtu, ShardTrail trail, Instant now)
    {
        try
        {
            TakePathError(in flow, sequence, error, mtu, trail, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.PathError, fault, now);
        }
        _inHand = None;
    }

    private void TakePathError(
        in FlowKey flow, uint sequence, PathError error, int mtu, ShardTrail trail, Instant now)
    {
        int place = _table.Find(in flow);
        if (place < 0 && TryPassOnPathError(in flow, sequence, error, mtu, trail))
        {
            return;
        }
        SequenceNumber quoted = new(sequence);
        // RFC 5927 §4.1: an error about a segment of ours quotes a sequence number in flight; others are
        // forged.
        if (place < 0
            || !quoted.IsAtOrAfter(_table[place].SndUna) || !quoted.IsBefore(_table[place].SndNxt))
        {
            _counters.PathErrorsIgnored++;
            return;
        }
        ref TcpConnection tcb = ref TakeInHand(place);
        // RFC 5461 §4: hard errors end a connection only while it is being opened; then they are soft.
        if (tcb.State == TcpState.SynSent && error == PathError.PortUnreachable)
        {
            CloseConnection(place, StreamEnd.ConnectFailed, reset: false, now);
        }
        else if (error == PathError.FragmentationNeeded)
        {
            OnPathMtu(place, ref tcb, quoted, mtu, now);
        }
    }

    /// <summary>The content that a connection was sending is gone.</summary>
    public void OnContentFault(int place, Instant now)
    {
        if (place >= 0 && _table[place].State != TcpState.Closed)
        {
            _counters.ContentFaults++;
            CloseOther(place, StreamEnd.ContentFault, reset: true, now);
        }
    }

    private static bool IsNonsense(TcpFlags flags) =>
        (flags & (TcpFlags.Syn | TcpFlags.Fin)) == (TcpFlags.Syn | TcpFlags.Fin)
        || (flags & (TcpFlags.Syn | TcpFlags.Rst)) == (TcpFlags.Syn | TcpFlags.Rst)
        || (flags & (TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack)) == 0;

    private static bool IsChecksumRight(in IpPacket packet) =>
        InternetChecksum.Complete(InternetChecksum.Sum(
            packet.Payload,
            InternetChecksum.PseudoHeader(
                packet.Source, packet.Destination, IpProtocol.Tcp, packet.Payload.Length))) == 0;

    private void OnConnectionSegment(int place, ref TcpSegment segment, Instant now)
    {
        ref TcpConnection tcb = ref TakeInHand(place);
        SequenceNumber acknowledged = tcb.SndUna;
        TcpActions actions = _input.OnSegment(ref tcb, ref segment, now);
        bool advanced = tcb.SndUna != acknowledged;
        if ((actions & Ending) != 0)
        {
            OnEnd(place, ref tcb, actions, ref segment, now);
            return;
        }
        if ((actions & TcpActions.Challenge) != 0)
        {
            Challenge(ref tcb, now);
        }
        if ((actions & TcpActions.Connected) != 0 && !OnConnected(place, ref tcb, now))
        {
            return;
        }
        if ((actions & TcpActions.EnterTimeWait) != 0)
        {
            EnterTimeWait(place, ref tcb, now);
        }
        if ((actions & TcpActions.Receive) != 0)
        {
            Receive(place, ref tcb, in segment, now);
        }
        if ((actions & TcpActions.Writable) != 0)
        {
            OnRoom(place, ref tcb, now);
        }
        if (advanced && now.Since(tcb.ConfirmedAt) > ConfirmNanoseconds)
        {
            // What was acknowledged has arrived: the next hop lives (RFC 1122 §2.3.2.1, "advice from a higher
            // layer").
            tcb.ConfirmedAt = now;
            _ip.Confirm(tcb.Flow.RemoteAddress, now);
        }
        AfterEvent(place, ref tcb, (actions & TcpActions.Send) != 0, now);
    }

    // What every event ends with: an abort that was asked for, a place in the dirty list, or a timer.
    private void AfterEvent(int place, ref TcpConnection tcb, bool send, Instant now)
    {
        if (tcb.Is(TcpMarks.AbortAsked))
        {
            CloseConnection(place, StreamEnd.Aborted, reset: true, now);
        }
        else if (tcb.State != TcpState.Closed)
        {
            if (send || (tcb.Marks & (TcpMarks.AckOwed | TcpMarks.SynOwed | TcpMarks.ProbeOwed)) != 0)
            {
                MarkDirty(place);
            }
            Schedule(place, in tcb);
        }
    }

    private void OnEnd(
        int place, ref TcpConnection tcb, TcpActions actions, ref TcpSegment segment, Instant now)
    {
        FlowKey flow = tcb.Flow;
        if ((actions & TcpActions.Reopen) != 0 && (!Listens(in flow) || tcb.Is(TcpMarks.FinUntold)))
        {
            // RFC 9293 §3.10.7.4, fourth check: where nobody takes a connection, a SYN is no reason to leave
            // TIME-WAIT; nor is it where the old one's session has not seen all.
            Challenge(ref tcb, now);
            AfterEvent(place, ref tcb, send: false, now);
        }
        else if ((actions & TcpActions.Reopen) != 0)
        {
            SequenceNumber floor = tcb.SndNxt;
            _counters.TimeWaitReopened++;
            CloseConnection(place, StreamEnd.Closed, reset: false, now);
            OnSyn(in flow, ref segment, floor, now);
        }
        else if ((actions & TcpActions.ResetSender) != 0)
        {
            ResetStranger(in flow, in segment, now);
        }
        else if ((actions & TcpActions.Close) != 0 && tcb.Is(TcpMarks.FinUntold))
        {
            Linger(ref tcb, now);
            OnRoom(place, ref tcb, now);
            AfterEvent(place, ref tcb, send: false, now);
        }
        else
        {
            StreamEnd end = (actions & TcpActions.Close) != 0 ? StreamEnd.Closed
                : tcb.IsSynchronized ? StreamEnd.ResetByPeer
                : StreamEnd.ConnectFailed;
            CloseConnection(place, end, reset: false, now);
        }
    }

    private void EnterTimeWait(int place, ref TcpConnection tcb, Instant now)
    {
        tcb.RetransmitAt = tcb.PersistAt = tcb.KeepAliveAt = Instant.Never;
        if (tcb.Is(TcpMarks.FinUntold))
        {
            Linger(ref tcb, now);
            return;
        }
        if (_lists.IsInTimeWait(place))
        {
            _lists.LeaveTimeWait(place);
        }
        else
        {
            EndSession(place, ref tcb, tcb.Is(TcpMarks.AbortAsked) ? StreamEnd.Aborted : StreamEnd.Closed);
            tcb.Unmark(TcpMarks.AbortAsked);
            LeavePeer(ref tcb);
            if (TimeWaitCount == _limits.TimeWaitMax)
            {
                EvictTimeWait(now);
            }
        }
        tcb.SessionAt = Instant.Never;
        tcb.StateAt = now + _limits.TimeWait;
        _lists.EnterTimeWait(place);
    }

    // To the peer all is at an end; the session has yet to be shown what came before the FIN, and then that
    // it came (RFC 9293 §3.10.7.4, eighth check). As in FIN-WAIT-2, nothing stands still for ever.
    private void Linger(ref TcpConnection tcb, Instant now)
    {
        if (tcb.StateAt == Instant.Never)
        {
            tcb.StateAt = now + _limits.FinWait2;
        }
    }

    private void EvictTimeWait(Instant now)
    {
        _counters.TimeWaitEvicted++;
        CloseOther(_lists.OldestTimeWait, StreamEnd.Closed, reset: false, now);
    }

    private void EndSession(int place, ref TcpConnection tcb, StreamEnd end)
    {
        _sendQueue.Clear(ref tcb);
        _receiveQueue.Clear(ref tcb);
        _scoreboard.Release(ref tcb);
        IStreamSession? session = _table.SessionOf(place);
        if (session is not null && tcb.SrttNanoseconds > 0)
        {
            _counters.RoundTripSeconds.Observe(tcb.SrttNanoseconds);
        }
        _table.SetSession(place, null);
        session?.OnClosed(end);
    }

    private void CloseConnection(int place, StreamEnd end, bool reset, Instant now)
    {
        ref TcpConnection tcb = ref _table[place];
        // RFC 9293 §3.10.5: in TIME-WAIT an ABORT is no news to the peer.
        if (reset && tcb.State is not TcpState.SynSent and not TcpState.TimeWait)
        {
            SendReset(place, ref tcb, now);
        }
        if (_lists.IsInTimeWait(place))
        {
            _lists.LeaveTimeWait(place);
        }
        EndSession(place, ref tcb, end);
        LeavePeer(ref tcb);
        _timers.Set(place, Instant.Never);
        _counters.Closed++;
        _table.Remove(place);
    }
}
