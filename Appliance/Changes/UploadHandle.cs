using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// A shard's end of an upload: fills blocks, says when all has come, and tells the owner. For the shard's
/// thread.
/// </summary>
internal sealed class UploadHandle : IUpload, IUploadNews
{
    private readonly ContentWriter _writer;
    private readonly ContentChanges _shard;
    private readonly IUploadOwner _owner;
    private readonly UploadBuffer _buffer;
    private byte[]? _block;
    private int _filled;
    private long _received;
    private bool _isCommitted;
    private bool _isOver;

    /// <summary>Prepared to be begun.</summary>
    public UploadHandle(
        ContentWriter writer, ContentChanges shard, in UploadRequest request, IUploadOwner owner)
    {
        (_writer, _shard, _owner) = (writer, shard, owner);
        _buffer = new UploadBuffer(writer.Pool, request.Peer, writer.Options.BlocksPerUpload, this);
        Job = new UploadJob(writer, request, _buffer, this);
    }

    /// <summary>The writers' end of it.</summary>
    public UploadJob Job { get; }

    /// <summary>The connection that ends when something of it fails on the shard's thread.</summary>
    public StreamId Stream => _owner.Stream;

    /// <summary>Its place among the shard's.</summary>
    public int Place { get; set; }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        Invariant.Assert(!_isCommitted || bytes.IsEmpty, "nothing is written behind a commit");
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
        Invariant.Assert(!_isCommitted, "an upload is committed once");
        _isCommitted = true;
        HandOver();
        lock (_writer.Gate)
        {
            if (_buffer.TryEnd(UploadWish.Commit))
            {
                Job.OnCommitted();
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
            _buffer.Leave();
            if (_buffer.TryEnd(UploadWish.Abandon))
            {
                Job.OnAbandoned(_received);
            }
        }
    }

    /// <summary>Gives the block that is being filled to the storage as it is.</summary>
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
            if (_buffer.TrySubmit(block, filled))
            {
                _writer.Continue(Job);
            }
        }
    }

    /// <summary>Tells the owner, unless it has said that it is over.</summary>
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
            _buffer.Leave();
        }
        _owner.OnUploadEnded(news.Result, news.Path);
    }

    /// <inheritdoc/>
    void IUploadNews.OnRoom() => _shard.Post(new News { Upload = this, IsRoom = true });

    /// <inheritdoc/>
    void IUploadNews.OnEnded(ChangeResult result, string path, long generation) => _shard.Post(
        new News { Upload = this, Result = result, Path = path, Generation = generation });

    private byte[]? TakeBlock()
    {
        lock (_writer.Gate)
        {
            return _isOver || _writer.IsStopping ? null : _buffer.TryTake();
        }
    }
}
