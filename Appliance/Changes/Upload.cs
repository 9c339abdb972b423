using Straightwire.Devices;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// One upload: the blocks that the shard fills, in the order in which a writer takes them, and what has been
/// asked of it.
/// </summary>
internal sealed partial class Upload : WorkItem, IUpload, IPublication, IDisposable
{
    private readonly ContentWriter _writer;
    private readonly ContentChanges _shard;
    private readonly IUploadOwner _owner;
    private readonly UploadRequest _request;
    private readonly OwnerUsage _usage;

    // The shard's thread has these to itself.
    private byte[]? _block;
    private int _filled;
    private long _received;
    private bool _isOver;

    // These are under the gate.
    private readonly (byte[] Block, int Count)[] _full;
    private byte[]? _granted;
    private int _firstFull;
    private int _fullCount;
    private int _blocks;
    private bool _wantsRoom;
    private Wish _wish;
    private Stage _stage;

    /// <summary>Prepared to be begun.</summary>
    public Upload(ContentWriter writer, ContentChanges shard, in UploadRequest request, IUploadOwner owner)
    {
        (_writer, _shard, _request, _owner) = (writer, shard, request, owner);
        Path = request.Path;
        _full = new (byte[], int)[writer.Options.BlocksPerUpload];
        _file = new UploadFile(writer.Tree, writer.Storage, request.Path);
        lock (writer.Gate)
        {
            _usage = writer.UsageOf(request.Owner);
        }
    }

    /// <summary>What the shard wants of it.</summary>
    private enum Wish
    {
        Receive,
        Commit,
        Abandon,
    }

    /// <summary>How far it is.</summary>
    private enum Stage
    {
        /// <summary>It has no file yet.</summary>
        New,

        /// <summary>What comes is written.</summary>
        Open,

        /// <summary>All is on the storage.</summary>
        Synced,

        /// <summary>It gets its name or has it, and is going to be published.</summary>
        Named,

        /// <summary>It is over.</summary>
        Ended,
    }

    /// <summary>The path that it has, or shall have.</summary>
    public string Path { get; private set; }

    /// <inheritdoc/>
    public override Ipv4Address Peer => _request.Peer;

    /// <summary>The connection that ends when something of it fails on the shard's thread.</summary>
    public StreamId Stream => _owner.Stream;

    /// <summary>Its place among the shard's.</summary>
    public int Place { get; set; }

    /// <summary>It stands in line for a block. Under the gate.</summary>
    public bool IsWaiting { get; set; }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        Invariant.Assert(_wish != Wish.Commit || bytes.IsEmpty, "nothing is written behind a commit");
        int taken = 0;
        while (taken < bytes.Length && (_block ??= TakeBlock()) is byte[] block)
        {
            int some = Math.Min(bytes.Length - taken, block.Length - _filled);
            bytes.Slice(taken, some).CopyTo(block.AsSpan(_filled));
            taken += some;
            _filled += some;
            _received += some;
            if (_filled == block.Length)
            {
                HandOver();
            }
        }
        if (taken < bytes.Length && _writer.Pool.IsShort)
        {
            _writer.WakeShards();
        }
        return taken;
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (_isOver)
        {
            return;
        }
        HandOver();
        lock (_writer.Gate)
        {
            Invariant.Assert(_wish == Wish.Receive, "an upload is committed once");
            if (_stage < Stage.Named)
            {
                _wish = Wish.Commit;
                _before = IsUnique ? null : _writer.EnterCommit(this);
                if (_before is not null)
                {
                    _before._follower = this;
                }
                _writer.Continue(this);
            }
        }
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        if (_isOver)
        {
            return;
        }
        _isOver = true;
        _shard.Remove(this);
        HandOver();
        lock (_writer.Gate)
        {
            ReturnGranted();
            if (_stage < Stage.Named)
            {
                _wish = Wish.Abandon;
                LeaveCommit();
                if (_length + _received > 0 && _length >= 0)
                {
                    KeepAside(_length + _received);
                }
                _writer.Continue(this);
            }
        }
    }

    /// <summary>
    /// Gives the block that is being filled to the storage as it is. On the shard's thread.
    /// </summary>
    public void HandOver()
    {
        if (_block is not byte[] block)
        {
            return;
        }
        int filled = _filled;
        (_block, _filled) = (null, 0);
        lock (_writer.Gate)
        {
            if (_stage == Stage.Ended || filled == 0)
            {
                ReturnBlock(block, wasSubmitted: false);
            }
            else
            {
                _full[(_firstFull + _fullCount++) % _full.Length] = (block, filled);
                _writer.Pool.Submit();
                _writer.Continue(this);
            }
        }
    }

    /// <summary>Tells the owner; on the shard's thread.</summary>
    public void Tell(in News news)
    {
        if (_isOver)
        {
            return;
        }
        if (news.IsRoom)
        {
            _owner.OnUploadRoom();
            return;
        }
        _isOver = true;
        _shard.Remove(this);
        HandOver();
        lock (_writer.Gate)
        {
            ReturnGranted();
        }
        _owner.OnUploadEnded(news.Result, Path);
    }

    /// <summary>It does not begin. Under the gate.</summary>
    public void Refuse(ChangeResult result)
    {
        _stage = Stage.Ended;
        _shard.Post(new News(this, null, false, result, 0));
    }

    /// <summary>
    /// Takes the block for which it stood in line; false when it wants none any more. Under the gate.
    /// </summary>
    public bool TryGrant(byte[] block)
    {
        bool isWanted = IsWaiting && _stage != Stage.Ended && _wish == Wish.Receive;
        IsWaiting = false;
        if (isWanted)
        {
            _granted = block;
            _blocks++;
            _shard.Post(new News(this, null, true, ChangeResult.Done, 0));
        }
        return isWanted;
    }

    private byte[]? TakeBlock()
    {
        lock (_writer.Gate)
        {
            if (_isOver || _stage == Stage.Ended || _writer.IsStopping)
            {
                return null;
            }
            byte[]? block = _granted;
            _granted = null;
            if (block is not null)
            {
                return block;
            }
            if (_blocks == _full.Length)
            {
                _wantsRoom = true;
                return null;
            }
            block = _writer.Pool.TryTake(this);
            _blocks += block is null ? 0 : 1;
            return block;
        }
    }

    private bool TryTakeFull(out byte[] block, out int count)
    {
        lock (_writer.Gate)
        {
            (block, count) = _fullCount > 0 ? _full[_firstFull] : ([], 0);
            if (_fullCount > 0)
            {
                _fullCount--;
                _firstFull = (_firstFull + 1) % _full.Length;
            }
            return count > 0;
        }
    }

    // Under the gate.
    private void ReturnBlock(byte[] block, bool wasSubmitted)
    {
        _blocks--;
        _writer.Pool.Return(block, wasSubmitted);
        if (_wantsRoom && _stage != Stage.Ended)
        {
            _wantsRoom = false;
            _shard.Post(new News(this, null, true, ChangeResult.Done, 0));
        }
    }

    // Under the gate.
    private void ReturnGranted()
    {
        IsWaiting = false;
        if (_granted is byte[] block)
        {
            _granted = null;
            ReturnBlock(block, wasSubmitted: false);
        }
    }

    // Under the gate. Who comes back at once finds it, though the last of it may still be written.
    private void KeepAside(long length)
    {
        if (IsUnique || _writer.IsStopping)
        {
            return;
        }
        _kept = new PartialUpload
        {
            Owner = _request.Owner.Name,
            Path = Path,
            Usage = _usage,
            Expires = MonotonicClock.Now.Plus(
                (long)(_writer.Options.PartialLifetime.TotalMilliseconds * 1_000_000)),
            Length = length,
        };
        _writer.Partials.Add(_kept);
    }
}
