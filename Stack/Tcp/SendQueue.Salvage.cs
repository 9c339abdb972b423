namespace Straightwire.Stack.Tcp;

/// <content>What is left of a connection whose control block is not to be relied on.</content>
public sealed partial class SendQueue
{
    /// <summary>
    /// Gives back all that a connection holds, by what is known beside its control block, which is trusted in
    /// its place alone.
    /// </summary>
    public void Salvage(ref TcpConnection tcb)
    {
        int owner = OwnerOf(in tcb);
        if (IsWhole(in tcb, owner))
        {
            tcb.WriteFrameUsed = tcb.WriteFrame == None ? 0 : tcb.WriteFrameUsed;
            Clear(ref tcb);
            return;
        }
        for (int node = 0; node < _nodes.Length; node++)
        {
            if (_nodes[node].Owner == owner)
            {
                _holders.Remove(in _nodes[node].Slice);
                Free(node);
                _shares.Give(tcb.Peer, PeerShare.Slices);
            }
        }
        ref int frame = ref _writeFrames[tcb.Place];
        if (frame != None)
        {
            _pool.Release(frame);
            frame = None;
        }
        Initialize(ref tcb);
        tcb.SendCount = tcb.WriteFrameUsed = 0;
        tcb.QueuedBytes = tcb.HeadOffset = tcb.UnsentOffset = 0;
    }

    private static int OwnerOf(in TcpConnection tcb) => tcb.Place + 1;

    // Whether the queue is one list of the connection's own slices, as many as it counts, with its last one
    // at the end; and the frame that it writes into its own.
    private bool IsWhole(in TcpConnection tcb, int owner)
    {
        int count = 0;
        int last = None;
        for (int node = tcb.SendHead; node != None; node = _nodes[node].Next)
        {
            if ((uint)node >= (uint)_nodes.Length || _nodes[node].Owner != owner || ++count > _nodes.Length)
            {
                return false;
            }
            last = node;
        }
        return count == tcb.SendCount && last == tcb.SendTail && tcb.WriteFrame == _writeFrames[tcb.Place];
    }
}
