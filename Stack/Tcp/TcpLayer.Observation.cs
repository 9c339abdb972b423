using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// What is told to those who look on: nothing is done to a connection, and nothing asserted of it.
/// </content>
public sealed partial class TcpLayer
{
    /// <inheritdoc/>
    public int PlaceCount => _table.Capacity;

    /// <inheritdoc/>
    public bool TryGlance(int place, out FlowKey flow, out TcpState state)
    {
        bool isUsed = _table.IsUsed(place);
        flow = isUsed ? _table.FlowOf(place) : default;
        state = isUsed ? _table[place].State : TcpState.Closed;
        return isUsed;
    }

    /// <inheritdoc/>
    public ConnectionFacts FactsOf(int place, Instant now)
    {
        ref TcpConnection tcb = ref _table[place];
        long rto = RttEstimator.BackedOff(in tcb, tcb.Backoff, _limits);
        return new ConnectionFacts(in tcb, _scoreboard.SackedOf(in tcb), rto, now);
    }
}
