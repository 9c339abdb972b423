using Straightwire.Appliance.Fairness;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The blocks that received data waits in for the storage: a fixed number, lent to the uploads that ask, in
/// turn by whose they are. Under the writer's gate but for <see cref="IsShort"/>.
/// </summary>
internal sealed class BlockPool
{
    private readonly Stack<byte[]> _free;
    private readonly FairQueue<IpAddress, UploadBuffer> _waiting;
    private int _beingWritten;
    private bool _isShort;

    /// <summary>Takes the memory; the system gives it when it is first used.</summary>
    public BlockPool(UploadOptions options)
    {
        _free = new Stack<byte[]>(options.BlockCount);
        _waiting = new(int.MaxValue, int.MaxValue, PeerNetwork.Of(options.PeerPrefixLength));
        for (int i = 0; i < options.BlockCount; i++)
        {
            _free.Push(GC.AllocateUninitializedArray<byte>(options.BlockBytes));
        }
    }

    /// <summary>
    /// More uploads wait for a block than blocks are being written: those who fill one slowly must give it to
    /// the storage as it is. From any thread.
    /// </summary>
    public bool IsShort => Volatile.Read(ref _isShort);

    /// <summary>Blocks that nobody has.</summary>
    public int Free => _free.Count;

    /// <summary>A block; null when the upload has to wait until it is granted one.</summary>
    public byte[]? TryTake(UploadBuffer upload)
    {
        if (_waiting.Count == 0 && _free.TryPop(out byte[]? block))
        {
            return block;
        }
        if (!upload.IsWaiting)
        {
            upload.IsWaiting = true;
            _waiting.Add(upload.Peer, upload);
        }
        Judge();
        return null;
    }

    /// <summary>A filled block is on its way to the storage.</summary>
    public void Submit()
    {
        _beingWritten++;
        Judge();
    }

    /// <summary>
    /// A block is not needed any more; <paramref name="wasSubmitted"/> when it was on its way.
    /// </summary>
    public void Return(byte[] block, bool wasSubmitted)
    {
        _beingWritten -= wasSubmitted ? 1 : 0;
        bool isGranted = false;
        while (!isGranted && _waiting.TryTake(out UploadBuffer? next))
        {
            isGranted = next.TryGrant(block);
        }
        if (!isGranted)
        {
            _free.Push(block);
        }
        Judge();
    }

    private void Judge() => Volatile.Write(ref _isShort, _waiting.Count > _beingWritten);
}
