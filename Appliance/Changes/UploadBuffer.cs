using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// What passes from a shard to the writers for one upload: blocks of bytes in their order, and then what
/// shall become of them. Of an upload's state it alone is touched by both; all of it is under the writer's
/// gate.
/// </summary>
/// <param name="pool">Where the blocks are from.</param>
/// <param name="peer">Whose they are.</param>
/// <param name="blocksMax">Most blocks of the pool at a time.</param>
/// <param name="news">Told when there is room that was asked for.</param>
internal sealed class UploadBuffer(BlockPool pool, IpAddress peer, int blocksMax, IUploadNews news)
{
    private readonly (byte[] Block, int Count)[] _full = new (byte[], int)[blocksMax];
    private byte[]? _granted;
    private int _firstFull;
    private int _fullCount;
    private int _blocks;
    private bool _wantsRoom;

    /// <summary>Whose the bytes are: those of different addresses get blocks in turn.</summary>
    public IpAddress Peer { get; } = peer;

    /// <summary>What the shard wants.</summary>
    public UploadWish Wish { get; private set; }

    /// <summary>Nothing that the shard does changes anything any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether a block waits to be written.</summary>
    public bool HasFull => _fullCount > 0;

    /// <summary>It stands in line for a block; the pool's.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>For the shard: a block to fill; null when it is told once there is room.</summary>
    public byte[]? TryTake()
    {
        if (IsClosed)
        {
            return null;
        }
        if (_granted is byte[] granted)
        {
            _granted = null;
            return granted;
        }
        if (_blocks == _full.Length)
        {
            _wantsRoom = true;
            return null;
        }
        byte[]? block = pool.TryTake(this);
        _blocks += block is null ? 0 : 1;
        return block;
    }

    /// <summary>For the shard: a block is filled as far as it will be. False when nobody writes it.</summary>
    public bool TrySubmit(byte[] block, int count)
    {
        if (IsClosed || count == 0)
        {
            Return(block, wasSubmitted: false);
            return false;
        }
        Invariant.Assert(_fullCount < _blocks, "a filled block was taken before");
        _full[(_firstFull + _fullCount++) % _full.Length] = (block, count);
        pool.Submit();
        return true;
    }

    /// <summary>For the shard: no more bytes come. False when that changes nothing any more.</summary>
    public bool TryEnd(UploadWish wish)
    {
        Invariant.Assert(wish > Wish || IsClosed, "an upload is committed once, and abandoned for good");
        if (IsClosed)
        {
            return false;
        }
        Wish = wish;
        return true;
    }

    /// <summary>For the shard: it fills no block any more.</summary>
    public void Leave()
    {
        IsWaiting = false;
        if (_granted is byte[] block)
        {
            _granted = null;
            Return(block, wasSubmitted: false);
        }
    }

    /// <summary>
    /// For the pool: the block for which it stood in line; false when it wants none any more.
    /// </summary>
    public bool TryGrant(byte[] block)
    {
        bool isWanted = IsWaiting && !IsClosed && Wish == UploadWish.Receive;
        IsWaiting = false;
        if (isWanted)
        {
            _granted = block;
            _blocks++;
            news.OnRoom();
        }
        return isWanted;
    }

    /// <summary>For a writer: the block that is written next; false when there is none.</summary>
    public bool TryTakeFull(out byte[] block, out int count)
    {
        (block, count) = _fullCount > 0 ? _full[_firstFull] : ([], 0);
        if (_fullCount > 0)
        {
            _fullCount--;
            _firstFull = (_firstFull + 1) % _full.Length;
        }
        return count > 0;
    }

    /// <summary>For a writer: a block is written, or is not going to be.</summary>
    public void Return(byte[] block) => Return(block, wasSubmitted: true);

    /// <summary>For a writer: from here on the shard changes nothing any more.</summary>
    public void Close()
    {
        Invariant.Assert(_fullCount == 0, "what came is written or given back before the end");
        IsClosed = true;
    }

    private void Return(byte[] block, bool wasSubmitted)
    {
        Invariant.Assert(_blocks > _fullCount, "a block is given back once");
        _blocks--;
        pool.Return(block, wasSubmitted);
        if (_wantsRoom && !IsClosed)
        {
            _wantsRoom = false;
            news.OnRoom();
        }
    }
}
