using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// All connections of a shard: a slab of control blocks, their sessions beside them, and an open-addressing
/// index by flow, hashed with a secret so that a peer cannot choose collisions.
/// </summary>
public sealed class TcpTable
{
    private readonly TcpConnection[] _connections;
    private readonly IStreamSession?[] _sessions;
    private readonly uint[] _numbers;

    // Who each connection is, apart from its control block: what the block says may be wrong.
    private readonly FlowKey[] _flows;
    private readonly int[] _peers;
    private readonly ulong[] _index;
    private readonly int[] _free;
    private readonly FlowHash _hash;
    private int _freeCount;

    /// <summary>Creates a table of <paramref name="capacity"/> places.</summary>
    public TcpTable(int capacity, FlowHash hash)
    {
        _connections = GC.AllocateArray<TcpConnection>(capacity, pinned: true);
        _sessions = new IStreamSession?[capacity];
        _numbers = new uint[capacity];
        _flows = new FlowKey[capacity];
        _peers = new int[capacity];
        _index = new ulong[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 2)];
        _free = new int[capacity];
        for (int i = capacity - 1; i >= 0; i--)
        {
            _free[_freeCount++] = i;
        }
        _hash = hash;
    }

    /// <summary>Places, taken and free.</summary>
    public int Capacity => _connections.Length;

    /// <summary>Places that a connection has.</summary>
    public int Count => _connections.Length - _freeCount;

    /// <summary>A connection by its place. The reference stays good: the slab never moves.</summary>
    public ref TcpConnection this[int index] => ref _connections[index];

    /// <summary>The session of a connection; null once it was told of the end.</summary>
    public IStreamSession? SessionOf(int index) => _sessions[index];

    /// <summary>Gives a connection its session, or takes it.</summary>
    public void SetSession(int index, IStreamSession? session) => _sessions[index] = session;

    /// <summary>The name of the connection in a place.</summary>
    public StreamId IdOf(int index) => new(index, _numbers[index]);

    /// <summary>Whether a number is that of a place.</summary>
    public bool IsPlace(int index) => (uint)index < (uint)_connections.Length;

    /// <summary>Whether a place is taken, whatever its control block says.</summary>
    public bool IsUsed(int index) => _flows[index] != default;

    /// <summary>The flow of a place's connection.</summary>
    public FlowKey FlowOf(int index) => _flows[index];

    /// <summary>Writes into a control block again who it is.</summary>
    public void Restore(int index)
    {
        _connections[index].Flow = _flows[index];
        _connections[index].Place = index;
        _connections[index].Peer = _peers[index];
    }

    /// <summary>Whose shares a connection takes from, whatever its control block says.</summary>
    public int PeerOf(int index) => _peers[index];

    /// <summary>Says whose shares a connection takes from.</summary>
    public void SetPeer(int index, int peer) => _connections[index].Peer = _peers[index] = peer;

    /// <summary>Whether a named connection is still there.</summary>
    public bool Has(StreamId id) =>
        id.Number != 0 && _numbers[id.Place] == id.Number && _connections[id.Place].State != TcpState.Closed;

    /// <summary>The place of a flow's connection, or −1.</summary>
    public int Find(in FlowKey flow)
    {
        uint hash = _hash.Of(in flow);
        int mask = _index.Length - 1;
        for (int slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            ulong entry = _index[slot];
            if (entry == 0)
            {
                return -1;
            }
            int place = (int)(uint)entry - 1;
            if ((uint)(entry >> 32) == hash && _connections[place].Flow.Is(in flow))
            {
                return place;
            }
        }
    }

    /// <summary>
    /// Takes a place for a flow that has none; false when the table is full. The control block is zeroed.
    /// </summary>
    public bool TryAdd(in FlowKey flow, out int place)
    {
        if (_freeCount == 0)
        {
            place = -1;
            return false;
        }
        place = _free[--_freeCount];
        Invariant.AssertShared(!IsUsed(place), "a free place is nobody's");
        _connections[place] = default;
        _connections[place].Flow = _flows[place] = flow;
        _connections[place].Place = place;
        _numbers[place] = Math.Max(1, _numbers[place] + 1);
        uint hash = _hash.Of(in flow);
        int mask = _index.Length - 1;
        int slot = (int)hash & mask;
        while (_index[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }
        _index[slot] = ((ulong)hash << 32) | (uint)(place + 1);
        return true;
    }

    /// <summary>Gives a place back.</summary>
    public void Remove(int place)
    {
        Invariant.Assert(IsUsed(place), "who leaves the table is in it");
        int mask = _index.Length - 1;
        uint hash = _hash.Of(in _flows[place]);
        ulong wanted = ((ulong)hash << 32) | (uint)(place + 1);
        int slot = (int)hash & mask;
        while (_index[slot] != wanted)
        {
            Invariant.AssertShared(_index[slot] != 0, "a connection in the table is in its index");
            slot = (slot + 1) & mask;
        }
        CloseGap(slot, mask);
        _connections[place].State = TcpState.Closed;
        _flows[place] = default;
        _sessions[place] = null;
        _free[_freeCount++] = place;
        Invariant.AssertShared(_freeCount <= _free.Length, "no place is free twice");
    }

    // Backward-shift deletion: entries behind the gap move up unless that would put them before their home
    // slot.
    private void CloseGap(int gap, int mask)
    {
        for (int slot = (gap + 1) & mask; _index[slot] != 0; slot = (slot + 1) & mask)
        {
            int home = (int)(_index[slot] >> 32) & mask;
            if (((slot - home) & mask) >= ((slot - gap) & mask))
            {
                _index[gap] = _index[slot];
                gap = slot;
            }
        }
        _index[gap] = 0;
    }
}
