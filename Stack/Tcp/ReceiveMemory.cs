using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// The receive buffers of a shard, and who may have which: small ones for heads in pieces, large ones of the
/// window that a connection begins with. Of the large ones a connection may be promised some, before its peer
/// is told of a window that needs them: from then on they count as taken, by it and by its peer.
/// </summary>
internal sealed class ReceiveMemory
{
    // What is promised leaves a part of all, so that others' first buffers are there.
    private const int UnpromisedPart = 4;

    // A window that begins within a buffer needs one more than its bytes: with fewer than these it does not
    // grow.
    private const int PromisedLeast = 3;

    private readonly PeerShares _shares;
    private readonly TcpCounters _counters;

    // What each connection holds and was promised, whatever its control block says.
    private readonly byte[] _smallHeld;
    private readonly ushort[] _held;
    private readonly ushort[] _promised;
    private int _taken;

    /// <summary>Creates the buffers, which nobody has.</summary>
    public ReceiveMemory(TcpLimits limits, int smallLength, PeerShares shares, TcpCounters counters)
    {
        Small = new ReceivePool(limits.ReceiveBufferSmallCount, smallLength);
        Large = new ReceivePool(limits.ReceiveBufferCount, limits.ReceiveWindow);
        _shares = shares;
        _counters = counters;
        _smallHeld = new byte[limits.Connections];
        _held = new ushort[limits.Connections];
        _promised = new ushort[limits.Connections];
    }

    /// <summary>The small ones.</summary>
    public ReceivePool Small { get; }

    /// <summary>The large ones.</summary>
    public ReceivePool Large { get; }

    /// <summary>Large buffers that nobody has or was promised.</summary>
    public int Unpromised => Large.Count - _taken;

    /// <summary>The mark of a connection in buffers.</summary>
    public static int OwnerOf(in TcpConnection tcb) => tcb.Place + 1;

    /// <summary>Large buffers that the connection was promised, those that it has among them.</summary>
    public int Promised(in TcpConnection tcb) => _promised[tcb.Place];

    /// <summary>Whether the connection has any buffer.</summary>
    public bool Holds(in TcpConnection tcb) => (_held[tcb.Place] | _smallHeld[tcb.Place]) != 0;

    /// <summary>Whether <see cref="TryRentSmall"/> would lend one.</summary>
    /// <remarks>
    /// What these two say is what the calls that rent do. One peer has a part of the buffers at most, so that
    /// others can always send.
    /// </remarks>
    public bool MayRentSmall(in TcpConnection tcb) =>
        _shares.Room(tcb.Peer, PeerShare.SmallBuffers, Small.FreeCount) > 0;

    /// <summary>Whether <see cref="TryRentLarge"/> would lend one.</summary>
    public bool MayRentLarge(in TcpConnection tcb) => _held[tcb.Place] < _promised[tcb.Place]
        || _shares.Room(tcb.Peer, PeerShare.LargeBuffers, Unpromised) > 0;

    /// <summary>Lends a small buffer whose first byte is <paramref name="origin"/>.</summary>
    public bool TryRentSmall(in TcpConnection tcb, SequenceNumber origin, out int small)
    {
        small = ReceivePool.None;
        if (Small.FreeCount == 0)
        {
            return false;
        }
        if (!MayRentSmall(in tcb))
        {
            return Refuse();
        }
        small = Small.Rent(OwnerOf(in tcb), origin);
        _smallHeld[tcb.Place]++;
        _shares.Take(tcb.Peer, PeerShare.SmallBuffers);
        return true;
    }

    /// <summary>Lends a large one.</summary>
    public bool TryRentLarge(in TcpConnection tcb, SequenceNumber origin, out int large)
    {
        large = ReceivePool.None;
        if (_held[tcb.Place] >= _promised[tcb.Place])
        {
            if (Unpromised == 0)
            {
                _counters.ReceiveBuffersExhausted++;
                return false;
            }
            if (!MayRentLarge(in tcb))
            {
                return Refuse();
            }
            _shares.Take(tcb.Peer, PeerShare.LargeBuffers);
            _taken++;
        }
        large = Large.Rent(OwnerOf(in tcb), origin);
        _held[tcb.Place]++;
        return true;
    }

    /// <summary>Takes a small buffer back.</summary>
    public void ReturnSmall(in TcpConnection tcb, int small)
    {
        Small.Return(small, OwnerOf(in tcb));
        _smallHeld[tcb.Place]--;
        _shares.Give(tcb.Peer, PeerShare.SmallBuffers);
    }

    /// <summary>Takes a large one back.</summary>
    public void ReturnLarge(in TcpConnection tcb, int large)
    {
        Large.Return(large, OwnerOf(in tcb));
        if (--_held[tcb.Place] >= _promised[tcb.Place])
        {
            _shares.Give(tcb.Peer, PeerShare.LargeBuffers);
            _taken--;
        }
    }

    /// <summary>
    /// Promises more large buffers, up to <paramref name="count"/> in all or as many as there are for it.
    /// Returns how many are promised: none, or three and more.
    /// </summary>
    public int Promise(in TcpConnection tcb, int count)
    {
        ref ushort promised = ref _promised[tcb.Place];
        int before = Math.Max(_held[tcb.Place], promised);
        int room = Math.Min(
            _shares.PromiseRoom(tcb.Peer, Unpromised),
            Unpromised - ((Large.Count + UnpromisedPart - 1) / UnpromisedPart));
        int after = Math.Min(Math.Min(count, ushort.MaxValue), before + Math.Max(0, room));
        if (after > promised && after >= PromisedLeast)
        {
            int added = Math.Max(0, after - before);
            _shares.Take(tcb.Peer, PeerShare.LargeBuffers, added);
            _taken += added;
            promised = (ushort)after;
        }
        return promised;
    }

    /// <summary>No more than <paramref name="count"/> are promised any longer.</summary>
    public void Unpromise(in TcpConnection tcb, int count)
    {
        ref ushort promised = ref _promised[tcb.Place];
        int before = Math.Max(_held[tcb.Place], promised);
        promised = (ushort)Math.Min(promised, count);
        int given = before - Math.Max(_held[tcb.Place], promised);
        _shares.Give(tcb.Peer, PeerShare.LargeBuffers, given);
        _taken -= given;
    }

    private bool Refuse()
    {
        _counters.ReceiveBuffersOfPeerExhausted++;
        return false;
    }
}
