using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// Opening: LISTEN and SYN-RECEIVED through the SYN table, and the active OPEN (RFC 9293 §3.10.1, §3.10.7.2).
/// </content>
public sealed partial class TcpLayer
{
    private const int SynAckBlockedMilliseconds = 20;

    // SYN-ACKs that wait for their neighbour's MAC. More of them wait for their timers.
    private const int HeldSynAcksMax = 64;

    private readonly FlowKey[] _heldSynAcks = new FlowKey[HeldSynAcksMax];
    private int _heldSynAckCount;
    private long _heldVersion;

    /// <inheritdoc cref="IStreamNetwork.TryConnect(in FlowKey, IStreamSession, Instant)"/>
    public bool TryConnect(in FlowKey flow, IStreamSession session, Instant now) =>
        TryConnect(in flow, session, now, out _);

    /// <inheritdoc/>
    public bool TryConnect(in FlowKey flow, IStreamSession session, Instant now, out StreamId stream)
    {
        stream = default;
        FlowKey chosen = flow;
        if ((flow.LocalPort == 0 && !TryDrawPort(in flow, out chosen))
            || !TryTakeOver(in chosen, now, out SequenceNumber? floor)
            || !TryEnter(in flow, out int peer))
        {
            return false;
        }
        if (!TryAdd(in chosen, now, out int place))
        {
            _shares.RemoveConnection(peer);
            return false;
        }
        ref TcpConnection tcb = ref _table[place];
        _table.SetPeer(place, peer);
        InitializeConnection(ref tcb, InitialSequence(in chosen, floor, now));
        tcb.MssAgreed = _output.OurMss(flow.RemoteAddress);
        tcb.Mss = PathMss(ref tcb);
        tcb.RcvScale = TcpOutput.OurScale(_limits);
        tcb.TsOffset = TimestampOffset(in chosen);
        RttEstimator.Initialize(ref tcb, _limits);
        tcb.Mark(TcpMarks.SynOwed | (_limits.Ecn == EcnMode.Request ? TcpInput.EcnBoth : TcpMarks.None));
        tcb.MoveTo(TcpState.SynSent);
        tcb.SndNxt = tcb.Iss + 1;
        _table.SetSession(place, session);
        _counters.Connecting++;
        MarkDirty(place);
        stream = _table.IdOf(place);
        return true;
    }

    // Whether nothing stands in the way of an active open of a flow. One in TIME-WAIT may be opened anew by a
    // peer's SYN (RFC 9293 §3.6.1), for reasons that hold this way round, too, if there are timestamps: the
    // new numbers lie beyond the old ones, and later timestamps tell new segments from old (RFC 6191).
    private bool TryTakeOver(in FlowKey flow, Instant now, out SequenceNumber? floor)
    {
        floor = null;
        if (_syns.Find(in flow) >= 0)
        {
            return false;
        }
        int place = _table.Find(in flow);
        if (place < 0)
        {
            return true;
        }
        ref TcpConnection old = ref _table[place];
        // One that has only begun is still in the hands of the event that ended it.
        bool waits = old.State == TcpState.TimeWait && _lists.IsInTimeWait(place);
        if (!waits || !old.Is(TcpMarks.Timestamps) || old.Is(TcpMarks.AckOwed)
            || TcpInput.Timestamp(in old, now) == TcpInput.Timestamp(in old, old.LastSentAt))
        {
            return false;
        }
        floor = old.SndNxt;
        _counters.TimeWaitReopened++;
        CloseOther(place, StreamEnd.Closed, reset: false, now);
        return true;
    }

    private static void InitializeConnection(ref TcpConnection tcb, SequenceNumber iss)
    {
        tcb.Iss = tcb.SndUna = tcb.SndNxt = tcb.LostUpTo = tcb.HighRxt = tcb.AnsweredUpTo = iss;
        tcb.RetransmitAt = tcb.PersistAt = tcb.AckAt = Instant.Never;
        tcb.KeepAliveAt = tcb.StateAt = tcb.SessionAt = Instant.Never;
        tcb.Older = tcb.Newer = None;
        SendQueue.Initialize(ref tcb);
    }

    private void OnOtherSegment(in FlowKey flow, ref TcpSegment segment, Instant now)
    {
        int entry = _syns.Find(in flow);
        if (entry >= 0)
        {
            OnHalfOpenSegment(entry, in flow, ref segment, now);
            return;
        }
        if ((segment.Header.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Syn
            && Listens(in flow))
        {
            OnSyn(in flow, ref segment, null, now);
            return;
        }
        if (TryServeCookie(in flow, ref segment, now) || TryPassOn(in flow, in segment))
        {
            return;
        }
        if (segment.Payload.Length > 0 && CheckCookie(in flow, in segment, now, out _) != CookieCheck.None)
        {
            // What it follows may be under way, or sent again: then it will be too, and is welcome.
            _counters.SynCookiesAwaited++;
            return;
        }
        ResetStranger(in flow, in segment, now);
    }

    // A program that stops still takes the connections that a session of its own waits for.
    private bool Listens(in FlowKey flow) =>
        (!_draining && _services.ContainsKey(flow.LocalPort))
        || _expected.ContainsKey((flow.LocalPort, flow.RemoteAddress));

    // LISTEN, third check: a SYN makes an entry, and data with it are left for the peer to send again. When
    // half of the places are taken, or all that are the peer's, the answer itself is all that is remembered:
    // an entry that was promised something is never given up for another.
    private void OnSyn(in FlowKey flow, ref TcpSegment segment, SequenceNumber? floor, Instant now)
    {
        if (floor is null && _syns.IsPressed)
        {
            AnswerByCookie(in flow, in segment, now);
            return;
        }
        int peer = _shares.Hold(flow.RemoteAddress);
        if (_shares.HasAllConnections(peer))
        {
            _shares.Release(peer);
            _counters.PeerConnectionsRefused++;
            ResetStranger(in flow, in segment, now);
            return;
        }
        if (!_shares.TryAddHalfOpen(peer))
        {
            _shares.Release(peer);
            _counters.PeerHalfOpenRefused++;
            AnswerByCookie(in flow, in segment, now);
            return;
        }
        if (!_syns.TryAdd(in flow, peer, out int place))
        {
            // TIME-WAIT was left for it; its peer sends the SYN again, and has another chance.
            _counters.SynTableFull++;
            return;
        }
        _syns[place] = NewEntry(in flow, in segment, InitialSequence(in flow, floor, now), _syns[place]);
        SendSynAck(place, now);
    }

    private SynEntry NewEntry(in FlowKey flow, in TcpSegment segment, SequenceNumber iss, SynEntry entry)
    {
        entry.Iss = iss;
        entry.Irs = segment.Sequence;
        entry.PeerWindow = segment.Header.Window;
        entry.Mss = segment.Options.Mss;
        entry.WindowScale = (sbyte)segment.Options.WindowScale;
        entry.Marks = (segment.Options.HasTimestamps ? TcpMarks.Timestamps : TcpMarks.None)
            | (segment.Options.SackPermitted ? TcpMarks.Sack : TcpMarks.None)
            | TcpInput.EcnOffer(in segment, _limits);
        entry.TsRecent = segment.Options.TimestampValue;
        entry.TsOffset = TimestampOffset(in flow);
        return entry;
    }

    private void SendSynAck(int place, Instant now)
    {
        ref SynEntry entry = ref _syns[place];
        entry.SentAt = now;
        bool sent = _output.TryBuildSynAck(in entry, now);
        long delay = sent
            ? (long)_limits.RtoInitial.Milliseconds << entry.Retransmissions
            : SynAckBlockedMilliseconds;
        _syns.SetDeadline(place, now.PlusMilliseconds(delay));
        if (!sent && entry.Retransmissions == 0 && _heldSynAckCount < HeldSynAcksMax)
        {
            _heldSynAcks[_heldSynAckCount++] = entry.Flow;
            _heldVersion = _ip.NeighborVersion;
        }
    }

    // A neighbour answers within microseconds, and who waits for its first SYN-ACK waits for nothing else.
    private void SendHeldSynAcks(Instant now)
    {
        if (_heldSynAckCount == 0 || _heldVersion == _ip.NeighborVersion)
        {
            return;
        }
        ReadOnlySpan<FlowKey> held = _heldSynAcks.AsSpan(0, _heldSynAckCount);

        // Those that are held again take places that were read before.
        _heldSynAckCount = 0;
        foreach (ref readonly FlowKey flow in held)
        {
            int place = _syns.Find(in flow);
            if (place >= 0 && _syns[place].Retransmissions == 0)
            {
                TakeSynTimer(place, now, isDue: false);
            }
        }
    }

    private void OnHalfOpenSegment(int place, in FlowKey flow, ref TcpSegment segment, Instant now)
    {
        ref SynEntry entry = ref _syns[place];
        TcpHeader header = segment.Header;
        int offset = segment.Sequence.Since(entry.Irs + 1);
        if (header.Has(TcpFlags.Rst))
        {
            if (offset == 0)
            {
                _counters.ResetsReceived++;
                _syns.Remove(place);
            }
            return;
        }
        if (header.Has(TcpFlags.Syn))
        {
            if (TcpInput.EcnOffer(in segment, _limits) == TcpMarks.None)
            {
                // RFC 3168 §6.1.1: who has sent a SYN without an offer does not use ECN, whatever was before.
                entry.Marks &= ~TcpInput.EcnBoth;
            }
            AnswerAgain(ref entry, now);
            return;
        }
        if (header.Acknowledgment != entry.Iss + 1)
        {
            // It may answer a cookie that was given before there was an entry.
            if (TryServeCookie(in flow, ref segment, now))
            {
                return;
            }
            // Another shard may have taken the same SYN before, and be the one whose SYN-ACK arrived first.
            if (!TryPassOn(in flow, in segment))
            {
                _counters.BadAck++;
                ResetStranger(in flow, in segment, now);
            }
            return;
        }
        if ((entry.Marks & TcpMarks.Timestamps) != 0 && segment.Options.HasTimestamps
            && (int)(segment.Options.TimestampValue - entry.TsRecent) < 0)
        {
            // RFC 7323 §5.3: dropped, and the entry waits on.
            _counters.PawsRejected++;
            return;
        }
        if (offset < 0 || offset >= Math.Min(_limits.ReceiveWindow, ushort.MaxValue))
        {
            _counters.OutOfWindow++;
            return;
        }
        SynEntry complete = entry;
        _syns.Remove(place);
        Establish(in complete, ref segment, now.Since(complete.SentAt), now);
    }

    // The handshake's last segment has come: the entry becomes a connection, and the segment is the
    // connection's first. The round trip is in nanoseconds, negative when it is not known.
    private void Establish(in SynEntry entry, ref TcpSegment segment, long roundTrip, Instant now)
    {
        FlowKey flow = entry.Flow;
        if (!TryEnter(in flow, out int peer))
        {
            ResetStranger(in flow, in segment, now);
            return;
        }
        if (!TryAddOrEvict(in flow, peer, now, out int place))
        {
            _shares.RemoveConnection(peer);
            _counters.TableFull++;
            ResetStranger(in flow, in segment, now);
            return;
        }
        ref TcpConnection tcb = ref _table[place];
        _table.SetPeer(place, peer);
        // From here on whatever fails is this connection's, which has a place and a part in its peer's share.
        _inHand = place;
        InitializeConnection(ref tcb, entry.Iss);
        tcb.MoveTo(TcpState.SynReceived);
        tcb.SndNxt = entry.Iss + 1;
        tcb.Irs = entry.Irs;
        tcb.RcvNxt = tcb.LastAckSent = entry.Irs + 1;
        tcb.RcvEdge = tcb.RcvNxt + Math.Min(_limits.ReceiveWindow, ushort.MaxValue);
        tcb.RcvScale = TcpOutput.OurScale(_limits);
        tcb.TsRecent = entry.TsRecent;
        tcb.TsRecentAt = now;
        tcb.TsOffset = entry.TsOffset;
        tcb.SndWnd = tcb.SndWndMax = entry.PeerWindow;
        tcb.LastSentAt = entry.SentAt;
        RttEstimator.Initialize(ref tcb, _limits);
        tcb.MssAgreed = _output.OurMss(flow.RemoteAddress);
        TcpInput.Negotiate(
            ref tcb, entry.Mss, tcb.MssAgreed, PathMss(ref tcb), entry.WindowScale, entry.Marks, _limits);
        if (entry.Retransmissions > 0)
        {
            // RFC 5681 §3.1: a lost SYN or SYN-ACK makes the initial window one segment.
            tcb.Cwnd = (uint)tcb.SegmentSize;
        }
        else if (roundTrip >= 0)
        {
            RttEstimator.SampleTimed(ref tcb, roundTrip, _limits);
        }
        OnConnectionSegment(place, ref segment, now);
        if (tcb.State == TcpState.SynReceived && tcb.Flow == flow)
        {
            // The segment was not what completes the handshake after all.
            CloseConnection(place, StreamEnd.ConnectFailed, reset: false, now);
        }
    }

    // Returns whether the connection lives on: a service may refuse it.
    private bool OnConnected(int place, ref TcpConnection tcb, Instant now)
    {
        tcb.ProgressAt = now;
        tcb.KeepAliveAt = _input.NextKeepAlive(now);
        _counters.EcnConnections += tcb.Is(TcpMarks.EcnCapable) ? 1 : 0;
        if (_table.SessionOf(place) is { } opener)
        {
            StreamOutput output = new(this, place, now);
            opener.OnConnected(ref output);
            MarkDirtyIfUnsent(place);
            return true;
        }
        if (_expected.Remove((tcb.Flow.LocalPort, tcb.Flow.RemoteAddress), out IStreamSession? session))
        {
            // It is nobody else's any more.
        }
        else if (!_draining && _services.TryGetValue(tcb.Flow.LocalPort, out IStreamService? service))
        {
            session = service.Accept(new StreamInfo(tcb.Flow, now));
        }
        if (session is null)
        {
            _counters.Refused++;
            CloseConnection(place, StreamEnd.Aborted, reset: true, now);
            return false;
        }
        _counters.Accepted++;
        _table.SetSession(place, session);
        StreamOutput first = new(this, place, now);
        session.OnConnected(ref first);
        MarkDirtyIfUnsent(place);
        return true;
    }

    private bool TryAdd(in FlowKey flow, Instant now, out int place)
    {
        if (_table.TryAdd(in flow, out place))
        {
            return true;
        }
        if (TimeWaitCount == 0)
        {
            return false;
        }
        EvictTimeWait(now);
        return _table.TryAdd(in flow, out place);
    }

    // RFC 6528 §3: M + F(flow, secret), M the 4 µs clock. RFC 6191 §3: a reopened connection begins beyond
    // the old one's numbers.
    private SequenceNumber InitialSequence(in FlowKey flow, SequenceNumber? floor, Instant now)
    {
        SequenceNumber iss = new((uint)(now.Nanoseconds / 4000) + (uint)HashFlow(in flow));
        return floor is { } least && !iss.IsAfter(least) ? least + 64_000 : iss;
    }

    // The other half of the same hash: the same flow always has the same offset, so that RFC 6191 holds.
    private uint TimestampOffset(in FlowKey flow) => (uint)(HashFlow(in flow) >> 32);

    private ulong HashFlow(in FlowKey flow) => SipHash.Hash(
        _sequenceKey,
        flow.LocalAddress.High,
        flow.LocalAddress.Low,
        flow.RemoteAddress.High,
        flow.RemoteAddress.Low,
        ((ulong)flow.LocalPort << 16) | flow.RemotePort);

    // RFC 6056 §3.3.1: a random start, then the next free one.
    private bool TryDrawPort(in FlowKey flow, out FlowKey chosen)
    {
        int count = _ephemeralPorts.Count;
        int start = (int)_random.Below(count);
        for (int i = 0; i < count; i++)
        {
            var port = (ushort)(_ephemeralPorts.First + ((start + i) % count));
            chosen = flow with { LocalPort = port };
            // No two shards draw the same port, so that a flow is one shard's.
            if (_round.MayDraw(port) && _table.Find(in chosen) < 0)
            {
                return true;
            }
        }
        chosen = flow;
        return false;
    }
}
