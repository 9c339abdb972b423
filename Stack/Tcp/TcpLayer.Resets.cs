using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// Resets that are owed (RFC 9293 §3.10.5): many connections may end together, and those whose reset finds
/// no room in a pass have it in a later one.
/// </content>
public sealed partial class TcpLayer
{
    // So long a reset waits for its next hop, and so long it is between two attempts.
    private const int OwedMilliseconds = 3000, OwedRetryMilliseconds = 20;

    private readonly OwedReset[] _owed;
    private int _owedFirst;
    private int _owedCount;
    private Instant _owedAt = Instant.Never;

    private void SendReset(int place, ref TcpConnection tcb, Instant now)
    {
        if (_owedCount == 0 && _output.TryBuildReset(ref tcb, place, now))
        {
            return;
        }
        if (_owedCount == _owed.Length)
        {
            _counters.RepliesDropped++;
            return;
        }
        OwedReset reset = new(
            tcb.Flow,
            TcpOutput.AcceptableSequence(in tcb),
            tcb.RcvNxt,
            now.PlusMilliseconds(OwedMilliseconds));
        Owe(in reset, now);
    }

    private void SendOwed(Instant now)
    {
        if (_owedAt > now)
        {
            return;
        }
        bool isBlocked = false;
        for (int left = _owedCount; left > 0 && _batch.HasRoomToSpare; left--)
        {
            OwedReset reset = _owed[_owedFirst];
            _owedFirst = _owedFirst + 1 == _owed.Length ? 0 : _owedFirst + 1;
            _owedCount--;
            if (_output.TryBuildReset(in reset.Flow, reset.Sequence, reset.Acknowledgment, now))
            {
                continue;
            }
            if (reset.Until > now)
            {
                isBlocked = true;
                Owe(in reset, now);
            }
        }
        _owedAt = _owedCount == 0 ? Instant.Never
            : isBlocked ? now.PlusMilliseconds(OwedRetryMilliseconds)
            : now;
    }

    private void Owe(in OwedReset reset, Instant now)
    {
        int end = _owedFirst + _owedCount++;
        _owed[end >= _owed.Length ? end - _owed.Length : end] = reset;
        _owedAt = Instant.Min(_owedAt, now);
    }

    private readonly struct OwedReset(
        FlowKey flow, SequenceNumber sequence, SequenceNumber acknowledgment, Instant until)
    {
        public readonly FlowKey Flow = flow;
        public readonly SequenceNumber Sequence = sequence;
        public readonly SequenceNumber Acknowledgment = acknowledgment;
        public readonly Instant Until = until;
    }
}
