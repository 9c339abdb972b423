using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// The send queues of a shard's connections: lists of slices in one slab of nodes. The content is the send
/// buffer: a retransmission reads the same slices again. The head of a connection's queue is the octet at
/// SND.UNA.
/// </summary>
public sealed partial class SendQueue
{
    private const int None = -1;

    private readonly Node[] _nodes;
    private readonly FramePool _pool;
    private readonly IContentMemory _content;
    private readonly SliceHolders _holders;
    private readonly PeerShares _shares;
    private readonly int _perConnectionMax;

    // The frame that the connection of a place writes into, beside its control block.
    private readonly int[] _writeFrames;
    private int _free;

    /// <summary>Creates the slab; every queue is empty.</summary>
    public SendQueue(
        TcpLimits limits, FramePool pool, PeerShares shares, IContentMemory content, SliceHolders holders)
    {
        int nodeCount = limits.SendSlices;
        _nodes = new Node[nodeCount];
        for (int i = 0; i < nodeCount; i++)
        {
            _nodes[i].Next = i + 1 < nodeCount ? i + 1 : None;
        }
        _writeFrames = new int[limits.Connections];
        _writeFrames.AsSpan().Fill(None);
        _pool = pool;
        _shares = shares;
        _content = content;
        _holders = holders;
        _perConnectionMax = limits.SendSlicesPerConnection;
        FreeCount = nodeCount;
    }

    /// <summary>Nodes that no queue holds.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Makes the queue of a new connection empty.</summary>
    public static void Initialize(ref TcpConnection tcb)
    {
        tcb.SendHead = tcb.SendTail = tcb.UnsentNode = tcb.WriteFrame = None;
    }

    /// <summary>Slices that the connection's queue still takes.</summary>
    public int Room(in TcpConnection tcb) => Math.Min(
        _perConnectionMax - tcb.SendCount, _shares.Room(tcb.Peer, PeerShare.Slices, FreeCount));

    /// <summary>Frames that may still be begun for the connection.</summary>
    public int FrameRoom(in TcpConnection tcb) =>
        _shares.Room(tcb.Peer, PeerShare.Frames, _pool.FreeCount);

    /// <summary>Whether frames that were taken for the connection's peer are in its queue.</summary>
    public bool HasFrames(in TcpConnection tcb)
    {
        for (int node = tcb.SendHead; node != None; node = _nodes[node].Next)
        {
            ref ContentSlice slice = ref _nodes[node].Slice;
            if (slice.Region == ContentSlice.PoolRegion && _pool.AccountOf(_pool.FrameOf(in slice)) != 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Queues a slice; false when the queue or the slab is full.</summary>
    public bool TryAppend(ref TcpConnection tcb, in ContentSlice slice)
    {
        if (slice.Length == 0)
        {
            return true;
        }
        if (tcb.SendTail != None && TryExtend(ref tcb, in slice))
        {
            return true;
        }
        if (Room(in tcb) <= 0)
        {
            return false;
        }
        CheckShape(in tcb);
        int node = _free;
        ref Node added = ref _nodes[node];
        _holders.Add(in slice);
        _free = added.Next;
        FreeCount--;
        added.Slice = slice;
        added.Next = None;
        added.Owner = OwnerOf(in tcb);
        if (tcb.SendTail == None)
        {
            tcb.SendHead = node;
        }
        else
        {
            _nodes[tcb.SendTail].Next = node;
        }
        if (tcb.UnsentNode == None)
        {
            tcb.UnsentNode = node;
            tcb.UnsentOffset = 0;
        }
        tcb.SendTail = node;
        tcb.SendCount++;
        _shares.Take(tcb.Peer, PeerShare.Slices);
        tcb.QueuedBytes += slice.Length;
        return true;
    }

    /// <summary>Copies bytes into pool frames and queues them; all or nothing.</summary>
    public bool TryWrite(ref TcpConnection tcb, ReadOnlySpan<byte> bytes)
    {
        int frameLength = _pool.FrameLength;
        Invariant.Assert(
            tcb.WriteFrame == _writeFrames[tcb.Place], "a connection writes into its own frame");
        int spare = tcb.WriteFrame == None ? 0 : frameLength - tcb.WriteFrameUsed;
        int framesNeeded = Math.Max(0, bytes.Length - spare + frameLength - 1) / frameLength;
        if (framesNeeded > FrameRoom(in tcb) || framesNeeded + 1 > Room(in tcb))
        {
            return false;
        }
        while (!bytes.IsEmpty)
        {
            if (tcb.WriteFrame == None || tcb.WriteFrameUsed == frameLength)
            {
                ReleaseWriteFrame(ref tcb);
                bool rented = _pool.TryRent(tcb.Peer, out tcb.WriteFrame);
                Invariant.Assert(rented, "the frames were counted before");
                _shares.Take(tcb.Peer, PeerShare.Frames);
                _writeFrames[tcb.Place] = tcb.WriteFrame;
                tcb.WriteFrameUsed = 0;
            }
            int length = Math.Min(bytes.Length, frameLength - tcb.WriteFrameUsed);
            bytes[..length].CopyTo(_pool.Bytes(tcb.WriteFrame)[tcb.WriteFrameUsed..]);
            bool queued = TryAppend(ref tcb, _pool.Slice(tcb.WriteFrame, tcb.WriteFrameUsed, length));
            Invariant.Assert(queued, "the room was counted before");
            tcb.WriteFrameUsed += length;
            bytes = bytes[length..];
        }
        return true;
    }

    /// <summary>Drops acknowledged bytes from the head; returns whether a node became free.</summary>
    public bool Acknowledge(ref TcpConnection tcb, long bytes)
    {
        Invariant.Assert(bytes <= tcb.QueuedBytes, "no more is acknowledged than was queued");
        tcb.QueuedBytes -= bytes;
        long offset = tcb.HeadOffset + bytes;
        bool freed = false;
        while (tcb.SendHead != None && offset >= _nodes[tcb.SendHead].Slice.Length)
        {
            offset -= _nodes[tcb.SendHead].Slice.Length;
            FreeHead(ref tcb);
            freed = true;
        }
        tcb.HeadOffset = offset;
        if (tcb.SendHead == None)
        {
            ReleaseWriteFrame(ref tcb);
        }
        return freed;
    }

    /// <summary>Drops everything that is queued.</summary>
    public void Clear(ref TcpConnection tcb)
    {
        CheckShape(in tcb);
        while (tcb.SendHead != None)
        {
            FreeHead(ref tcb);
        }
        ReleaseWriteFrame(ref tcb);
        Invariant.Assert(
            tcb.SendCount == 0 && _writeFrames[tcb.Place] == None,
            "a queue has as many slices as it counts, and no frame when it is empty");
        tcb.HeadOffset = 0;
        tcb.QueuedBytes = 0;
        CheckShape(in tcb);
    }

    /// <summary>
    /// Appends up to <paramref name="length"/> bytes from the first unsent one on to a segment, and moves
    /// past them. Returns the bytes appended: fewer when content is not ready (<paramref name="readiness"/>)
    /// or the gather list is full.
    /// </summary>
    public int GatherUnsent(
        ref TcpConnection tcb,
        int length,
        TransmitBatch batch,
        ref OutboundSegment segment,
        Instant now,
        out ContentReadiness readiness)
    {
        int node = tcb.UnsentNode;
        long offset = tcb.UnsentOffset;
        int gathered = Gather(
            tcb.Flow.RemoteAddress, OwnerOf(in tcb), ref node, ref offset, length, batch, ref segment, now,
            out readiness);
        tcb.UnsentNode = node;
        tcb.UnsentOffset = offset;
        return gathered;
    }

    /// <summary>
    /// The same from <paramref name="fromHead"/> bytes after SND.UNA on, for what is sent again.
    /// </summary>
    public int GatherSent(
        in TcpConnection tcb,
        long fromHead,
        int length,
        TransmitBatch batch,
        ref OutboundSegment segment,
        Instant now,
        out ContentReadiness readiness)
    {
        int node = tcb.SendHead;
        long offset = tcb.HeadOffset + fromHead;
        while (node != None && offset >= _nodes[node].Slice.Length)
        {
            offset -= _nodes[node].Slice.Length;
            node = _nodes[node].Next;
        }
        return Gather(
            tcb.Flow.RemoteAddress, OwnerOf(in tcb), ref node, ref offset, length, batch, ref segment, now,
            out readiness);
    }

    // What holds of a list of slices before and after each change of it. How its bytes go with it is asserted
    // once a turn (TcpTransitions.CheckSequences).
    private void CheckShape(in TcpConnection tcb) => Invariant.Assert(
        (tcb.SendHead == None) == (tcb.SendTail == None)
        && (tcb.SendHead == None) == (tcb.SendCount == 0)
        && (uint)tcb.SendCount <= (uint)_perConnectionMax,
        "a queue has an end where it has a beginning, and no more than its share");

    private int Gather(
        IpAddress peer,
        int owner,
        ref int node,
        ref long offset,
        int length,
        TransmitBatch batch,
        ref OutboundSegment segment,
        Instant now,
        out ContentReadiness readiness)
    {
        readiness = ContentReadiness.Resident;
        int gathered = 0;
        while (gathered < length && node != None && segment.GatherCount < TransmitBatch.GatherMax)
        {
            ref Node current = ref _nodes[node];
            long left = current.Slice.Length - offset;
            Invariant.Assert(current.Owner == owner && left >= 0, "a connection sends from its own queue");
            if (left == 0)
            {
                if (current.Next == None)
                {
                    break;
                }
                node = current.Next;
                offset = 0;
                continue;
            }
            int take = (int)Math.Min(left, length - gathered);
            ContentSlice part = current.Slice.Part(offset, take);
            if (part.Region != ContentSlice.PoolRegion)
            {
                readiness = _content.Prepare(in part, peer, now);
                if (readiness != ContentReadiness.Resident)
                {
                    break;
                }
            }
            batch.Append(ref segment, in part);
            offset += take;
            gathered += take;
        }
        return gathered;
    }

    // A slice that continues the last one needs no node of its own.
    private bool TryExtend(ref TcpConnection tcb, in ContentSlice slice)
    {
        ref Node tail = ref _nodes[tcb.SendTail];
        Invariant.Assert(tail.Owner == OwnerOf(in tcb), "a connection's last slice is its own");
        ref ContentSlice last = ref tail.Slice;
        if (last.Region != slice.Region || last.Offset + last.Length != slice.Offset)
        {
            return false;
        }
        if (slice.Region == ContentSlice.PoolRegion && _pool.FrameOf(in last) != _pool.FrameOf(in slice))
        {
            return false;
        }
        last = last with { Length = last.Length + slice.Length };
        tcb.QueuedBytes += slice.Length;
        return true;
    }

    private void FreeHead(ref TcpConnection tcb)
    {
        int head = tcb.SendHead;
        ref Node node = ref _nodes[head];
        Invariant.Assert(node.Owner == OwnerOf(in tcb), "a connection's first slice is its own");
        _holders.Remove(in node.Slice);
        if (tcb.UnsentNode == head)
        {
            tcb.UnsentNode = node.Next;
            tcb.UnsentOffset = 0;
        }
        tcb.SendHead = node.Next;
        if (tcb.SendHead == None)
        {
            tcb.SendTail = None;
        }
        tcb.SendCount--;
        _shares.Give(tcb.Peer, PeerShare.Slices);
        Free(head);
    }

    private void Free(int node)
    {
        _nodes[node].Owner = 0;
        _nodes[node].Next = _free;
        _free = node;
        FreeCount++;
    }

    private void ReleaseWriteFrame(ref TcpConnection tcb)
    {
        Invariant.Assert(
            tcb.WriteFrame != None || tcb.WriteFrameUsed == 0, "what was written stands in a frame");
        if (tcb.WriteFrame != None)
        {
            Invariant.Assert(
                tcb.WriteFrame == _writeFrames[tcb.Place], "a connection gives back its own frame");
            _writeFrames[tcb.Place] = None;
            _pool.Release(tcb.WriteFrame);
            tcb.WriteFrame = None;
            tcb.WriteFrameUsed = 0;
        }
    }

    private struct Node
    {
        public ContentSlice Slice;
        public int Next;

        /// <summary>The mark of the connection that it is lent to; 0: nobody's.</summary>
        public int Owner;
    }
}
