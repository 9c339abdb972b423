using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>What a change of the network means to the connections that there are.</content>
public sealed partial class TcpLayer
{
    /// <summary>The link's MTU has changed.</summary>
    public void OnLinkMtu()
    {
        for (int place = 0; place < _table.Capacity; place++)
        {
            ref TcpConnection tcb = ref _table[place];
            if (tcb.State == TcpState.Closed)
            {
                continue;
            }
            int mss = Math.Max(
                _output.OurMss(tcb.Flow.RemoteAddress), _limits.MssMin + tcb.OptionsLength);
            if (tcb.Mss > mss)
            {
                // What was sent in larger segments is sent again in these, if it has to be.
                tcb.Mss = (ushort)mss;
            }
        }
    }

    /// <summary>
    /// Ends what is not at the address that is the shard's now, without a segment: the other may be another
    /// host's.
    /// </summary>
    public void OnAddressReplaced(IpAddress address, Instant now)
    {
        _syns.Clear();
        for (int place = 0; place < _table.Capacity; place++)
        {
            if (_table.IsUsed(place) && _table.FlowOf(place).LocalAddress != address)
            {
                CloseOther(place, StreamEnd.Evicted, reset: false, now);
            }
        }
    }
}
