using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// What passes between connections: expectations, and notices from one session to another.
/// </content>
public sealed partial class TcpLayer
{
    private const int NoticeRoundsMax = 4;

    private readonly Dictionary<(ushort Port, IpAddress Peer), IStreamSession> _expected;

    /// <summary>Notices wait to be delivered.</summary>
    public bool HasNotices => _lists.NoticeCount > 0;

    /// <summary>Connections that sessions wait for.</summary>
    public int ExpectedCount => _expected.Count;

    /// <inheritdoc/>
    public StreamId IdOf(int connection) => _table.IdOf(connection);

    /// <inheritdoc/>
    public bool TryExpect(ushort port, IpAddress peer, IStreamSession session) =>
        !_services.ContainsKey(port)
        && _expected.Count < _limits.ExpectedMax
        && _expected.TryAdd((port, peer), session);

    /// <inheritdoc/>
    public void Unexpect(ushort port, IpAddress peer) => _expected.Remove((port, peer));

    /// <inheritdoc/>
    public void Notify(StreamId stream)
    {
        if (_table.Has(stream))
        {
            _lists.Notify(stream.Place);
        }
    }

    /// <inheritdoc/>
    public StreamProgress ProgressOf(StreamId stream)
    {
        if (!_table.Has(stream))
        {
            return default;
        }
        ref TcpConnection tcb = ref _table[stream.Place];
        long ticks = tcb.SrttNanoseconds / TimeSpan.NanosecondsPerTick;
        return new StreamProgress(tcb.AcknowledgedBytes, new Duration(TimeSpan.FromTicks(ticks)));
    }

    /// <summary>
    /// Tells the sessions that were notified. What they notify in turn is told in the next round, so that two
    /// that never stop cannot hold up the shard.
    /// </summary>
    public void DeliverNotices(Instant now)
    {
        for (int round = 0; round < NoticeRoundsMax && _lists.NoticeCount > 0; round++)
        {
            DeliverRound(now);
        }
    }

    private void DeliverRound(Instant now)
    {
        int count = _lists.NoticeCount;
        for (int i = 0; i < count; i++)
        {
            int place = _lists.TakeNotice();
            if (_table[place].State != TcpState.Closed && _table.SessionOf(place) is { } session)
            {
                Deliver(place, session, now);
            }
        }
        _inHand = None;
    }

    private void Deliver(int place, IStreamSession session, Instant now)
    {
        try
        {
            ref TcpConnection tcb = ref TakeInHand(place);
            StreamOutput output = new(this, place, now);
            session.OnNotified(ref output);
            ShowBuffered(place, ref tcb, now);
            AfterEvent(place, ref tcb, send: true, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Notice, fault, now);
        }
    }
}
