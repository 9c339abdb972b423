using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What each peer holds of a shard's memory, and how much more it may take. A share is a part of what is
/// free and what the peer has: with 25 % a peer that is alone holds a quarter of all at most, and less, the
/// more is taken by others, so that whoever holds most is the first to get no more (Choudhury and Hahne,
/// "Dynamic Queue Length Thresholds for Shared-Memory Packet Switches", 1998). The last eighth is for peers
/// that hold few, a 64th of all.
/// </summary>
public sealed class PeerShares : IFrameAccounts
{
    private const int LastPart = 8;
    private const int FewPart = 64;

    // What everyone may take while it is there, so that whatever is written at once can be: an answer's
    // bytes and slices, and a buffer.
    private const int AnswerBytes = 16_384;
    private const int SlicesLeast = 32;
    private const int BuffersLeast = 1;
    private const int BoardsLeast = 1;
    private const int PromisedEighths = 7;

    private readonly IPeerTable? _table;
    private readonly Use[] _uses;
    private readonly int _framesPercent;
    private readonly int _buffersPercent;
    private readonly int _connectionMax;
    private readonly int _halfOpenMax;
    private readonly int _framesLeast;
    private readonly int[] _totals = new int[5];

    /// <summary>Takes the limits; nobody holds anything.</summary>
    /// <param name="limits">Shares in percent, and counts.</param>
    /// <param name="frameCount">Frames of the pool.</param>
    /// <param name="frameLength">Bytes of a frame.</param>
    /// <param name="table">The peers of all shards; null: nobody has limits.</param>
    public PeerShares(TcpLimits limits, int frameCount, int frameLength, IPeerTable? table)
    {
        _totals[(int)PeerShare.Frames] = frameCount;
        _totals[(int)PeerShare.Slices] = limits.SendSlices;
        _totals[(int)PeerShare.LargeBuffers] = limits.ReceiveBufferCount;
        _totals[(int)PeerShare.SmallBuffers] = limits.ReceiveBufferSmallCount;
        _totals[(int)PeerShare.Scoreboards] = limits.ScoreboardCount;
        _framesLeast = (AnswerBytes / frameLength) + 2;
        _table = table;
        _uses = new Use[table?.Capacity ?? 1];
        _framesPercent = limits.Peer.FramesPercent;
        _buffersPercent = limits.Peer.ReceiveBuffersPercent;
        _connectionMax = limits.Peer.Connections;
        _halfOpenMax = limits.Peer.HalfOpen;
    }

    /// <summary>Changes whenever one that was refused something may take more again.</summary>
    public int Version { get; private set; }

    /// <summary>Peers that are refused something now.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>Begins to hold a place for something of a peer's; see <see cref="Release"/>.</summary>
    public int Hold(IpAddress address)
    {
        int peer = _table?.Hold(address) ?? IPeerTable.Unlimited;
        if (peer != IPeerTable.Unlimited && _uses[peer].Holds++ > 0)
        {
            // The shard holds it once, for all that it has of it.
            _table!.Release(peer);
        }
        return peer;
    }

    /// <summary>Ends one hold of a peer.</summary>
    public void Release(int peer)
    {
        if (peer == IPeerTable.Unlimited)
        {
            return;
        }
        ref Use use = ref _uses[peer];
        Invariant.Assert(use.Holds > 0, "a peer is released once for each hold");
        if (--use.Holds == 0)
        {
            Invariant.Assert(use.HasNothing, "a peer that nothing is held of has nothing");
            Relent(peer);
            use = default;
            _table!.Release(peer);
        }
    }

    /// <summary>Counts a connection of a peer that is held; false when it has as many as it may.</summary>
    public bool TryAddConnection(int peer)
    {
        if (peer == IPeerTable.Unlimited)
        {
            return true;
        }
        if (!_table!.TryAdd(peer, PeerCount.Connections, _connectionMax))
        {
            return false;
        }
        _uses[peer].Connections++;
        return true;
    }

    /// <summary>Whether a peer that is held has as many connections as it may.</summary>
    public bool HasAllConnections(int peer) => peer != IPeerTable.Unlimited
        && _table!.Count(peer, PeerCount.Connections) >= _connectionMax;

    /// <summary>A connection that was counted is gone, and its hold with it.</summary>
    public void RemoveConnection(int peer)
    {
        if (peer != IPeerTable.Unlimited)
        {
            _uses[peer].Connections--;
            _table!.Remove(peer, PeerCount.Connections);
            Release(peer);
        }
    }

    /// <summary>Counts a half-open connection of a peer that is held; false when it has enough.</summary>
    public bool TryAddHalfOpen(int peer) =>
        peer == IPeerTable.Unlimited || _table!.TryAdd(peer, PeerCount.HalfOpen, _halfOpenMax);

    /// <summary>A half-open connection that was counted is gone, and its hold with it.</summary>
    public void RemoveHalfOpen(int peer)
    {
        if (peer != IPeerTable.Unlimited)
        {
            _table!.Remove(peer, PeerCount.HalfOpen);
            Release(peer);
        }
    }

    /// <summary>Connections that a peer has with this shard; 0 of the unlimited.</summary>
    public int Connections(int peer) => _uses[peer].Connections;

    /// <summary>How many more a peer may take of what has so many free.</summary>
    public int Room(int peer, PeerShare share, int free)
    {
        if (peer == IPeerTable.Unlimited)
        {
            return free;
        }
        (long percent, int least) = share switch
        {
            PeerShare.Frames => (_framesPercent, _framesLeast),
            PeerShare.Slices => (_framesPercent, SlicesLeast),
            PeerShare.Scoreboards => (_framesPercent, BoardsLeast),
            _ => (_buffersPercent, BuffersLeast),
        };
        return Room(peer, share, free, percent, least);
    }

    /// <summary>
    /// How many more large buffers a peer may be promised: fewer than it may take, so that its other
    /// connections still get theirs.
    /// </summary>
    public int PromiseRoom(int peer, int free) => peer == IPeerTable.Unlimited
        ? free
        : Room(peer, PeerShare.LargeBuffers, free, _buffersPercent * PromisedEighths / 8, least: 0);

    private int Room(int peer, PeerShare share, int free, long percent, int least)
    {
        int held = _uses[peer].Held(share);
        long room = ((percent * free) - ((100 - percent) * held)) / 100;
        int total = _totals[(int)share];
        if (percent < 100)
        {
            // No more than the first of them that would be one of the last, so that who counts on room for
            // several has it for each.
            int last = total / LastPart;
            room = Math.Min(room, Math.Max(free - last, (total / FewPart) - held));
        }
        return (int)Math.Max(0, Math.Max(room, Math.Min(free, least - held)));
    }

    /// <summary>
    /// Whether a peer holds more than few of what only the last eighth is left of: then it is who gives way.
    /// </summary>
    public bool IsHeavy(int peer, PeerShare share, int free)
    {
        int total = _totals[(int)share];
        return peer != IPeerTable.Unlimited && free <= total / LastPart
            && _uses[peer].Held(share) > total / FewPart;
    }

    /// <summary>A peer takes one, or so many.</summary>
    public void Take(int peer, PeerShare share, int count = 1)
    {
        if (peer == IPeerTable.Unlimited)
        {
            return;
        }
        _uses[peer].Held(share) += count;
        if (share == PeerShare.Frames)
        {
            // A frame may outlive its connection, in a segment that the link has not taken yet.
            _uses[peer].Holds += count;
        }
    }

    /// <summary>A peer gives one back, or so many.</summary>
    public void Give(int peer, PeerShare share, int count = 1)
    {
        if (peer == IPeerTable.Unlimited)
        {
            return;
        }
        ref Use use = ref _uses[peer];
        int held = use.Held(share) -= count;
        if (use.IsRefused && use.Refused == share && held <= use.RetryAt)
        {
            Relent(peer);
        }
    }

    /// <inheritdoc/>
    public void OnFrameFreed(int account)
    {
        Give(account, PeerShare.Frames);
        Release(account);
    }

    /// <summary>
    /// Whether a peer may not take an answer's worth of what has so many free, and others may.
    /// </summary>
    public bool IsUsedUp(int peer, PeerShare share, int free) =>
        Room(peer, share, free) < Math.Min(free, share == PeerShare.Frames ? _framesLeast : SlicesLeast);

    /// <summary>
    /// A peer is refused more than it has, from now on until it has three quarters of that.
    /// </summary>
    public void Refuse(int peer, PeerShare share, Instant now)
    {
        ref Use use = ref _uses[peer];
        if (!use.IsRefused)
        {
            use.IsRefused = true;
            use.RefusedSince = now;
            use.Refused = share;
            use.RetryAt = use.Held(share) * 3 / 4;
            RefusedCount++;
        }
    }

    /// <summary>A peer may try again.</summary>
    public void Relent(int peer)
    {
        if (_uses[peer].IsRefused)
        {
            _uses[peer].IsRefused = false;
            RefusedCount--;
            Version++;
        }
    }

    /// <summary>Whether a peer has been refused something since then or before, and what.</summary>
    public bool IsRefusedSince(int peer, Instant then, out PeerShare share)
    {
        ref Use use = ref _uses[peer];
        share = use.Refused;
        return use.IsRefused && use.RefusedSince <= then;
    }

    private struct Use
    {
        public int Holds;
        public int Connections;
        public int Frames;
        public int Slices;
        public int LargeBuffers;
        public int SmallBuffers;
        public int Scoreboards;
        public int RetryAt;
        public bool IsRefused;
        public PeerShare Refused;
        public Instant RefusedSince;

        public readonly bool HasNothing =>
            (Connections | Frames | Slices | LargeBuffers | SmallBuffers | Scoreboards) == 0;

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref int Held(PeerShare share)
        {
            switch (share)
            {
                case PeerShare.Frames:
                    return ref Frames;
                case PeerShare.Slices:
                    return ref Slices;
                case PeerShare.LargeBuffers:
                    return ref LargeBuffers;
                case PeerShare.SmallBuffers:
                    return ref SmallBuffers;
                default:
                    return ref Scoreboards;
            }
        }
    }
}
