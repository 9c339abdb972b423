using Microsoft.Win32.SafeHandles;
using Straightwire.Devices;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// What writer threads do for an upload: one thread at a time, one step of <see cref="Run"/> after the other.
/// </summary>
internal sealed partial class Upload
{
    private const int UniqueTriesMax = 9999;

    private readonly UploadFile _file;

    // These are under the gate.
    private long _length = -1;
    private bool _isReserved;
    private PartialUpload? _continued;
    private PartialUpload? _kept;
    private Upload? _before;
    private Upload? _follower;
    private ChangeResult _result;

    // What it holds of the user's quota; written by a writer thread under the gate.
    private long _charged;

    /// <inheritdoc/>
    public IEnumerable<string> Paths => [Path];

    /// <inheritdoc/>
    internal override bool HasWork => _stage switch
    {
        >= Stage.Named => false,
        _ when _writer.IsStopping && _wish != Wish.Commit && _kept?.Taker is null => false,
        Stage.New => _continued is null or { IsReady: true },
        Stage.Synced when _wish == Wish.Commit => _before is null || _fullCount > 0,
        _ => _fullCount > 0 || _wish != Wish.Receive,
    };

    private bool IsUnique => _request.Mode == UploadMode.Unique;

    private NameUse Use => IsUnique ? NameUse.File : NameUse.Upload;

    private bool IsAside => ContentRules.IsHidden(Path);

    // Asked when it begins, and again when it is whole.
    private bool HasRoomAside => _writer.Partials.HasRoom(_request.Owner.Name, Path);

    // What is committed is wanted even though the process stops.
    private bool IsWanted => _wish == Wish.Commit || (_wish == Wish.Receive && !_writer.IsStopping);

    /// <summary>It begins. Under the gate.</summary>
    public void Prepare()
    {
        if (!Path.StartsWith(_request.Owner.Root, StringComparison.Ordinal))
        {
            Finish(ChangeResult.BadName);
            return;
        }
        if (IsAside && !HasRoomAside)
        {
            Finish(ChangeResult.TooMany);
            return;
        }
        if (IsUnique)
        {
            return;
        }
        _isReserved = _writer.TryReserve(Path, mustBeFirst: false);
        PartialUpload? partial = _writer.Partials.Take(_request.Owner.Name, Path);
        if (_request.Mode == UploadMode.Store && _request.Offset == 0)
        {
            _writer.Partials.Drop(partial);
            _length = 0;
        }
        else if (partial is not null)
        {
            partial.Taker = this;
            _continued = partial;
            _length = _request.Mode == UploadMode.Append ? partial.Length
                : _request.Offset <= partial.Length ? _request.Offset
                : -1;
        }
    }

    /// <inheritdoc/>
    public void OnPublished(bool isServed, long generation)
    {
        _usage.Held -= _charged;
        _charged = 0;
        ChangeResult result = !isServed ? ChangeResult.Failed
            : _writer.Storage.Serves(Path) ? _result
            : ChangeResult.NotServed;
        Finish(result, isServed ? generation : 0);
    }

    /// <summary>Deletes what is not whole: the process stops.</summary>
    public void Dispose()
    {
        _file.Discard();
        _file.Dispose();
    }

    /// <inheritdoc/>
    internal override void Run()
    {
        ChangeResult result = ChangeResult.Done;
        if (_stage == Stage.New)
        {
            result = Open();
        }
        else if (TryTakeFull(out byte[] block, out int count))
        {
            result = Write(block, count);
        }
        else if (_wish == Wish.Abandon)
        {
            Keep();
        }
        else if (_wish == Wish.Commit)
        {
            result = _stage == Stage.Synced ? TakeName() : Sync();
        }
        if (result != ChangeResult.Done)
        {
            Fail(result);
        }
    }

    /// <inheritdoc/>
    public override void OnFault() => Fail(ChangeResult.Failed);

    private ChangeResult Open()
    {
        ChangeResult result = _writer.Tree.Rules.Check(Path, Use);
        if (result == ChangeResult.Done)
        {
            result = IsUnique ? TakeFreeName() : _file.OpenDirectory();
        }
        if (result == ChangeResult.Done)
        {
            _writer.CountFiles(_request.Owner);
            result = Begin();
        }
        if (result == ChangeResult.Done)
        {
            lock (_writer.Gate)
            {
                _length = _file.Length;
                _stage = Stage.Open;
            }
        }
        return result;
    }

    private ChangeResult TakeFreeName()
    {
        ChangeResult result = _file.OpenDirectoryForFreeName(
            UniqueTriesMax, path => _writer.TryReserve(path, mustBeFirst: true), _writer.Release);
        lock (_writer.Gate)
        {
            _isReserved = result == ChangeResult.Done;
            Path = _file.Path;
        }
        return result;
    }

    // With an upload that broke off, with a copy of the file, or from the start.
    private ChangeResult Begin()
    {
        if (_continued is { IsDropped: false } partial)
        {
            ChangeResult result = GoOn(partial);
            if (result != ChangeResult.NotFound)
            {
                return result;
            }
        }
        bool isAppended = _request.Mode == UploadMode.Append;
        if (!isAppended && (_request.Offset == 0 || IsUnique))
        {
            return Create();
        }
        ChangeResult opened = _file.OpenExisting(out SafeFileHandle? existing, out long length);
        using (existing)
        {
            if (opened != ChangeResult.Done)
            {
                return opened;
            }
            long count = isAppended ? length : _request.Offset;
            if (count < 0 || count > length)
            {
                return ChangeResult.BadOffset;
            }
            ChangeResult result = Create();
            result = result == ChangeResult.Done ? Charge(count) : result;
            return result == ChangeResult.Done && existing is not null
                ? _file.CopyFrom(existing, count, () => IsWanted)
                : result;
        }
    }

    private ChangeResult GoOn(PartialUpload partial)
    {
        long offset = _request.Mode == UploadMode.Append ? partial.Length : _request.Offset;
        if (offset < 0 || offset > partial.Length)
        {
            return ChangeResult.BadOffset;
        }
        lock (_writer.Gate)
        {
            _continued = null;
            _writer.Use(partial.TemporaryName);
            _charged = partial.Charged;
            partial.Charged = 0;
        }
        ChangeResult result = _file.Continue(partial.TemporaryName, offset);
        if (result is ChangeResult.Done or ChangeResult.NotFound)
        {
            lock (_writer.Gate)
            {
                long left = result == ChangeResult.Done ? offset : 0;
                _usage.Held += left - _charged;
                _charged = left;
                if (result == ChangeResult.NotFound)
                {
                    _writer.Leave(partial.TemporaryName);
                }
            }
        }
        return result;
    }

    private ChangeResult Create()
    {
        string name = _writer.Names.Next();
        lock (_writer.Gate)
        {
            _writer.Use(name);
        }
        return _file.Create(name);
    }

    private ChangeResult Write(byte[] block, int count)
    {
        try
        {
            ChangeResult result = Charge(count);
            return result == ChangeResult.Done ? _file.Write(block.AsSpan(0, count)) : result;
        }
        finally
        {
            lock (_writer.Gate)
            {
                ReturnBlock(block, wasSubmitted: true);
            }
        }
    }

    // What the upload holds grows by so many bytes, if its user may have them.
    private ChangeResult Charge(long count)
    {
        ContentOwner owner = _request.Owner;
        if (count > owner.FileBytesMax - _file.Length)
        {
            return ChangeResult.TooLarge;
        }
        _writer.CountFiles(owner);
        lock (_writer.Gate)
        {
            if (owner.QuotaBytes != long.MaxValue
                && _usage.Below + _usage.Held + count - _file.Replaces > owner.QuotaBytes)
            {
                return ChangeResult.OverQuota;
            }
            _usage.Held += count;
            _charged += count;
            return ChangeResult.Done;
        }
    }

    private ChangeResult Sync()
    {
        ChangeResult result = _file.Sync();
        result = result == ChangeResult.Done ? _writer.Tree.Rules.Check(Path, Use) : result;
        // What it replaces may be less by now than when it began.
        result = result == ChangeResult.Done ? Charge(0) : result;
        if (result == ChangeResult.Done)
        {
            lock (_writer.Gate)
            {
                _stage = Stage.Synced;
            }
        }
        return result;
    }

    private ChangeResult TakeName()
    {
        lock (_writer.Gate)
        {
            if (_wish == Wish.Abandon)
            {
                return ChangeResult.Done;
            }
            _stage = Stage.Named;
        }
        if (IsAside)
        {
            return PutAside();
        }
        ChangeResult result = _file.TakeName(IsUnique);
        while (IsUnique && result == ChangeResult.AlreadyExists)
        {
            // Somebody else has made the name that was free.
            _writer.Release(Path);
            result = TakeFreeName();
            result = result == ChangeResult.Done ? _file.TakeName(mustBeFree: true) : result;
        }
        if (_file.TemporaryName.Length > 0)
        {
            return result;
        }
        lock (_writer.Gate)
        {
            _result = result;
            LeaveCommit();
        }
        _file.Dispose();
        _writer.Publish(this);
        return ChangeResult.Done;
    }

    // It is whole and waits for another name; what was aside under this one before goes.
    private ChangeResult PutAside()
    {
        lock (_writer.Gate)
        {
            if (!HasRoomAside)
            {
                return ChangeResult.TooMany;
            }
            _writer.Partials.Add(new PartialUpload
            {
                Owner = _request.Owner.Name,
                Path = Path,
                Usage = _usage,
                Expires = MonotonicClock.Now.Plus(_writer.Options.AsideLifetime.Ticks * 100),
                Length = _file.Length,
                Charged = _charged,
                TemporaryName = _file.TemporaryName,
                IsReady = true,
                IsWhole = true,
            });
            _charged = 0;
        }
        _file.Dispose();
        lock (_writer.Gate)
        {
            Finish(ChangeResult.Done);
        }
        return ChangeResult.Done;
    }

    // All that had come is written; the file stays for a while, or goes.
    private void Keep()
    {
        string temporaryName = _file.TemporaryName;
        bool isKept;
        lock (_writer.Gate)
        {
            if (_kept is null && _file.Length > 0)
            {
                KeepAside(_file.Length);
            }
            isKept = _kept is { IsDropped: false };
            if (isKept)
            {
                (_kept!.TemporaryName, _kept.Length, _kept.IsReady) = (temporaryName, _file.Length, true);
                _kept.Charged = _charged;
                _charged = 0;
            }
        }
        if (!isKept)
        {
            _file.Discard();
        }
        _file.Dispose();
        lock (_writer.Gate)
        {
            Finish(ChangeResult.Done);
        }
    }

    private void Fail(ChangeResult result)
    {
        _file.Discard();
        _file.Dispose();
        lock (_writer.Gate)
        {
            while (TryTakeFull(out byte[] block, out _))
            {
                ReturnBlock(block, wasSubmitted: true);
            }
            Finish(result);
        }
    }

    // Under the gate.
    private void LeaveCommit()
    {
        if (!IsUnique)
        {
            _writer.LeaveCommit(this, _before);
        }
        if (_before is not null)
        {
            _before._follower = _follower;
        }
        if (_follower is not null)
        {
            _follower._before = _before;
            _writer.Continue(_follower);
        }
        (_before, _follower) = (null, null);
    }

    // Under the gate.
    private void Finish(ChangeResult result, long generation = 0)
    {
        _stage = Stage.Ended;
        _usage.Held -= _charged;
        _charged = 0;
        LeaveCommit();
        _writer.End(this, _file.TemporaryName);
        if (_isReserved)
        {
            _isReserved = false;
            _writer.Release(Path);
        }
        if (_kept is { IsReady: false })
        {
            _writer.Partials.Drop(_kept);
            _kept.IsReady = true;
        }
        if (_continued is { IsDropped: false } untouched)
        {
            untouched.Taker = null;
            _writer.Partials.Add(untouched);
        }
        if (_kept?.Taker is Upload taker)
        {
            _writer.Continue(taker);
        }
        if (_wish != Wish.Abandon)
        {
            _shard.Post(new News(this, null, false, result, generation));
        }
    }
}
