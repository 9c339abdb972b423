using Microsoft.Win32.SafeHandles;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <content>
/// How it begins: with an upload that broke off, with a copy of the file, or with nothing.
/// </content>
internal sealed partial class UploadJob
{
    private const int UniqueTriesMax = 9999;

    /// <summary>It does not begin. Under the gate.</summary>
    public void Refuse(ChangeResult result)
    {
        MoveTo(UploadStage.Ended);
        _news.OnEnded(result, Path, generation: 0);
    }

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
                MoveTo(UploadStage.Open);
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
            _charge.TakeOver(partial.Charge);
        }
        ChangeResult result = _file.Continue(partial.TemporaryName, offset);
        if (result is ChangeResult.Done or ChangeResult.NotFound)
        {
            lock (_writer.Gate)
            {
                _charge.Set(result == ChangeResult.Done ? offset : 0);
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
}
