using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The writers' end of an upload: one thread at a time, one step of <see cref="Run"/> after the other, from
/// an empty file to its name in a generation.
/// </summary>
internal sealed partial class UploadJob : WorkItem, IPublication, IDisposable
{
    private readonly ContentWriter _writer;
    private readonly UploadRequest _request;
    private readonly UploadBuffer _buffer;
    private readonly IUploadNews _news;
    private readonly UploadFile _file;

    // These are under the gate.
    private readonly QuotaCharge _charge;
    private UploadStage _stage;
    private long _length = -1;
    private bool _isReserved;
    private PartialUpload? _continued;
    private PartialUpload? _kept;
    private ChangeResult _result;

    /// <summary>Prepared to be begun.</summary>
    /// <param name="writer">Whose job it is.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="buffer">Where its bytes come from.</param>
    /// <param name="news">Told of the end, unless it is abandoned.</param>
    public UploadJob(ContentWriter writer, in UploadRequest request, UploadBuffer buffer, IUploadNews news)
    {
        (_writer, _request, _buffer, _news) = (writer, request, buffer, news);
        Path = request.Path;
        _file = new UploadFile(writer.Tree, writer.Storage, request.Path);
        lock (writer.Gate)
        {
            _charge = new QuotaCharge(writer.UsageOf(request.Owner));
        }
    }

    /// <summary>The path that it has, or shall have.</summary>
    public string Path { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Paths => [Path];

    /// <inheritdoc/>
    public override IpAddress Peer => _request.Peer;

    /// <inheritdoc/>
    internal override bool HasWork => _stage switch
    {
        >= UploadStage.Named => false,
        _ when _writer.IsStopping && _buffer.Wish != UploadWish.Commit && _kept?.Taker is null => false,
        UploadStage.New => _continued is null or { IsReady: true },
        UploadStage.Synced when _buffer.Wish == UploadWish.Commit =>
            IsUnique || _writer.Commits.IsFirst(this),
        _ => _buffer.HasFull || _buffer.Wish != UploadWish.Receive,
    };

    private bool IsUnique => _request.Mode == UploadMode.Unique;

    private NameUse Use => IsUnique ? NameUse.File : NameUse.Upload;

    private bool IsAside => ContentRules.IsHidden(Path);

    // Asked when it begins, and again when it is whole.
    private bool HasRoomAside => _writer.Partials.HasRoom(_request.Owner.Name, Path);

    // What is committed is wanted even though the process stops.
    private bool IsWanted => _buffer.Wish == UploadWish.Commit
        || (_buffer.Wish == UploadWish.Receive && !_writer.IsStopping);

    /// <summary>All has come that will. Under the gate.</summary>
    public void OnCommitted()
    {
        if (!IsUnique)
        {
            _writer.Commits.Enter(this);
        }
        _writer.Continue(this);
    }

    /// <summary>
    /// No more comes: who comes back at once finds what has come, though the last of it may still be written.
    /// Under the gate.
    /// </summary>
    /// <param name="received">Bytes that have come, behind those that it began with.</param>
    public void OnAbandoned(long received)
    {
        LeaveCommits();
        if (_length >= 0 && _length + received > 0)
        {
            KeepAside(_length + received);
        }
        _writer.Continue(this);
    }

    /// <inheritdoc/>
    public void OnPublished(bool isServed, long generation)
    {
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
        ChangeResult result = _stage == UploadStage.New ? Open() : Step();
        if (result != ChangeResult.Done)
        {
            Fail(result);
        }
    }

    /// <inheritdoc/>
    public override void OnFault() => Fail(ChangeResult.Failed);

    // Bytes come before what shall become of them: both are looked at as they are at one moment, or the last
    // block would come behind the sync.
    private ChangeResult Step()
    {
        UploadWish wish;
        byte[] block;
        int count;
        lock (_writer.Gate)
        {
            wish = _buffer.TryTakeFull(out block, out count) ? UploadWish.Receive : _buffer.Wish;
        }
        return wish switch
        {
            UploadWish.Abandon => Keep(),
            UploadWish.Commit => _stage == UploadStage.Synced ? TakeName() : Sync(),
            _ => count > 0 ? Write(block, count) : ChangeResult.Done,
        };
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
                _buffer.Return(block);
            }
        }
    }

    // What the upload holds grows by so many bytes, if its owner may have them.
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
            return _charge.TryAdd(count, owner.QuotaBytes, _file.Replaces)
                ? ChangeResult.Done
                : ChangeResult.OverQuota;
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
                MoveTo(UploadStage.Synced);
            }
        }
        return result;
    }

    private ChangeResult TakeName()
    {
        lock (_writer.Gate)
        {
            if (_buffer.Wish == UploadWish.Abandon)
            {
                return ChangeResult.Done;
            }
            MoveTo(UploadStage.Named);
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
            LeaveCommits();
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
                Charge = _charge.MoveOut(),
                Expires = MonotonicClock.Now + _writer.Options.AsideLifetime,
                Length = _file.Length,
                TemporaryName = _file.TemporaryName,
                IsReady = true,
                IsWhole = true,
            });
        }
        _file.Dispose();
        lock (_writer.Gate)
        {
            Finish(ChangeResult.Done);
        }
        return ChangeResult.Done;
    }

    // All that had come is written; the file stays for a while, or goes.
    private ChangeResult Keep()
    {
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
                (_kept!.TemporaryName, _kept.Length) = (_file.TemporaryName, _file.Length);
                _kept.IsReady = true;
                _kept.Charge.TakeOver(_charge);
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
        return ChangeResult.Done;
    }

    // Under the gate.
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
            Charge = new QuotaCharge(_writer.UsageOf(_request.Owner)),
            Expires = MonotonicClock.Now + _writer.Options.PartialLifetime,
            Length = length,
        };
        _writer.Partials.Add(_kept);
    }

    private void Fail(ChangeResult result)
    {
        _file.Discard();
        _file.Dispose();
        lock (_writer.Gate)
        {
            while (_buffer.TryTakeFull(out byte[] block, out _))
            {
                _buffer.Return(block);
            }
            Finish(result);
        }
    }

    // Under the gate. Who comes behind it may have its turn now.
    private void LeaveCommits()
    {
        if (_writer.Commits.Leave(this) is { } follower)
        {
            _writer.Continue(follower);
        }
    }

    // Under the gate. The stages follow one after the other, but that it may end in each of them.
    private void MoveTo(UploadStage stage)
    {
        Invariant.Assert(
            stage == UploadStage.Ended || stage == _stage + 1, "an upload leaves out no stage but to end");
        Invariant.Assert(
            stage != UploadStage.Open || _length == _file.Length, "who comes back is told what there is");
        Invariant.Assert(
            stage is not (UploadStage.Synced or UploadStage.Named)
                || (_buffer.Wish != UploadWish.Receive && !_buffer.HasFull),
            "what is synced or named is whole");
        _stage = stage;
        if (stage >= UploadStage.Named)
        {
            _buffer.Close();
        }
    }

    // Under the gate.
    private void Finish(ChangeResult result, long generation = 0)
    {
        MoveTo(UploadStage.Ended);
        _charge.Release();
        LeaveCommits();
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
        if (_kept?.Taker is { } taker)
        {
            _writer.Continue(taker);
        }
        if (_buffer.Wish != UploadWish.Abandon)
        {
            _news.OnEnded(result, Path, generation);
        }
    }
}
