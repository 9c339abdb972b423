using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>A change that needs no data.</summary>
internal sealed class ChangeTask(
    ContentWriter writer, ContentChanges shard, in ContentChange change, IChangeOwner owner)
    : WorkItem, IPublication
{
    private readonly ContentChange _change = change;
    private readonly bool _isAside = ContentRules.IsHidden(change.Path);
    private bool _isDone;
    private ChangeResult _result;

    // An upload aside that has got its name, and is charged to its user until a generation shows it.
    private PartialUpload? _named;

    /// <inheritdoc/>
    public IEnumerable<string> Paths => (_change.Kind, _isAside) switch
    {
        (ChangeKind.Rename, true) => [_change.NewPath!],
        (ChangeKind.Rename, false) => [_change.Path, _change.NewPath!],
        _ => [_change.Path],
    };

    /// <inheritdoc/>
    public void OnPublished(bool isServed, long generation)
    {
        if (_named is { } named)
        {
            named.Charge.Release();
        }
        string? expected = _change.Kind switch
        {
            ChangeKind.Rename => _change.NewPath,
            ChangeKind.MakeDirectory or ChangeKind.SetModified => _change.Path,
            _ => null,
        };
        ChangeResult result = _result != ChangeResult.Done ? _result
            : !isServed ? ChangeResult.Failed
            : expected is null || writer.Storage.Serves(expected) ? ChangeResult.Done
            : ChangeResult.NotServed;
        Tell(result, isServed ? generation : 0);
    }

    /// <inheritdoc/>
    public override IpAddress Peer => _change.Peer;

    /// <inheritdoc/>
    internal override bool HasWork => !_isDone;

    /// <inheritdoc/>
    internal override void Run()
    {
        _isDone = true;
        _result = Make();
        // The session has found in the index what the storage does not have, or the other way round: that is
        // evidence against the index, which looks again.
        bool isEvidence = _result is ChangeResult.NotFound or ChangeResult.AlreadyExists
            && !_isAside && writer.Tree.Rules.Check(_change.Path, NameUse.File) != ChangeResult.BadName;
        bool isSeen = _result == ChangeResult.Done && (!_isAside || _change.Kind == ChangeKind.Rename);
        if (isSeen || isEvidence)
        {
            writer.Publish(this);
        }
        else
        {
            Tell(_result, 0);
        }
    }

    /// <inheritdoc/>
    public override void OnFault() => Tell(ChangeResult.Failed, 0);

    private ContentTree Tree => writer.Tree;

    private void Tell(ChangeResult result, long generation = 0) =>
        shard.Post(new News { Change = owner, Result = result, Generation = generation });

    private ChangeResult Make()
    {
        if (_isAside)
        {
            return MakeAside();
        }
        ChangeResult result = _change.Kind == ChangeKind.MakeDirectory
            ? Tree.Rules.Check(_change.Path, NameUse.Directory)
            : ChangeResult.Done;
        if (result != ChangeResult.Done)
        {
            return result;
        }
        result = Tree.OpenParent(_change.Path, out SafeFileHandle? parent, out byte[] name);
        if (result != ChangeResult.Done)
        {
            return result;
        }
        using (parent)
        {
            bool isThere = FileTree.TryStatus(parent!, name, out FileStatus status, out _);
            if (_change.Kind == ChangeKind.MakeDirectory)
            {
                return Settle(FileChanges.MakeDirectory(parent!, name), parent!);
            }
            if (!isThere || status.Kind == FileKind.Other)
            {
                return ChangeResult.NotFound;
            }
            return _change.Kind switch
            {
                ChangeKind.DeleteFile => DeleteFile(parent!, name, status.Kind),
                ChangeKind.RemoveDirectory => RemoveDirectory(parent!, name, status.Kind),
                ChangeKind.SetModified => status.Kind == FileKind.SymbolicLink
                    ? ChangeResult.BadName
                    : Settle(FileChanges.SetModified(parent!, name, _change.ModifiedUnixSeconds), parent!),
                _ => Rename(parent!, name, status.Kind),
            };
        }
    }

    // What is done to an upload aside is done to its temporary file, which alone it has.
    private ChangeResult MakeAside()
    {
        if (_change.Owner is not { } asker || writer.TakeAside(_change.Path, asker.Name) is not { } aside)
        {
            return ChangeResult.BadName;
        }
        byte[] name = Encoding.UTF8.GetBytes(aside.TemporaryName);
        ChangeResult result = Tree.OpenParent(_change.Path, out SafeFileHandle? parent, out _);
        if (result == ChangeResult.Done)
        {
            using (parent)
            {
                result = _change.Kind switch
                {
                    ChangeKind.DeleteFile => DeleteFile(parent!, name, FileKind.Regular),
                    ChangeKind.SetModified => Settle(
                        FileChanges.SetModified(parent!, name, _change.ModifiedUnixSeconds), parent!),
                    ChangeKind.Rename => Rename(parent!, name, FileKind.Regular),
                    _ => ChangeResult.BadName,
                };
            }
        }
        bool isGone = result == ChangeResult.Done && _change.Kind != ChangeKind.SetModified;
        if (!isGone)
        {
            writer.GiveBack(aside);
            return result;
        }
        lock (writer.Gate)
        {
            writer.Leave(aside.TemporaryName);
            if (_change.Kind == ChangeKind.Rename)
            {
                _named = aside;
            }
            else
            {
                aside.Charge.Release();
            }
        }
        return result;
    }

    private ChangeResult DeleteFile(SafeFileHandle parent, byte[] name, FileKind kind) =>
        kind == FileKind.Directory
            ? ChangeResult.NotFound
            : Settle(FileChanges.RemoveFile(parent, name), parent);

    private ChangeResult RemoveDirectory(SafeFileHandle parent, byte[] name, FileKind kind)
    {
        if (kind != FileKind.Directory)
        {
            return kind == FileKind.SymbolicLink ? ChangeResult.BadName : ChangeResult.NotFound;
        }
        FileOutcome outcome = FileChanges.RemoveDirectory(parent, name);
        if (outcome.Result == FileResult.NotEmpty && TryEmpty(parent, name))
        {
            outcome = FileChanges.RemoveDirectory(parent, name);
        }
        return Settle(outcome, parent);
    }

    // What broken uploads have left goes with the directory; what a running one has there does not.
    private bool TryEmpty(SafeFileHandle parent, byte[] name)
    {
        if (!FileChanges.OpenDirectory(parent, name, out SafeFileHandle? directory).IsOk)
        {
            return false;
        }
        using (directory)
        {
            if (FileTree.List(directory!, out _) is not List<byte[]> names
                || !names.TrueForAll(left => TemporaryNames.IsTemporary(Encoding.UTF8.GetString(left))))
            {
                return false;
            }
            lock (writer.Gate)
            {
                if (names.Exists(left => writer.IsInUse(Encoding.UTF8.GetString(left))))
                {
                    return false;
                }
                foreach (byte[] left in names)
                {
                    writer.Partials.DropFile(Encoding.UTF8.GetString(left));
                }
            }
            return names.TrueForAll(left => FileChanges.RemoveFile(directory!, left) is var outcome
                && outcome.Result is FileResult.Ok or FileResult.NotFound);
        }
    }

    private ChangeResult Rename(SafeFileHandle parent, byte[] name, FileKind kind)
    {
        ChangeResult result = Tree.Rules.Check(
            _change.NewPath ?? "", kind == FileKind.Directory ? NameUse.Directory : NameUse.File);
        if (result == ChangeResult.Done && kind == FileKind.Directory)
        {
            result = Tree.Rules.CheckMove(_change.Path, _change.NewPath!);
        }
        if (result != ChangeResult.Done)
        {
            return result;
        }
        result = Tree.OpenParent(_change.NewPath!, out SafeFileHandle? newParent, out byte[] newName);
        if (result != ChangeResult.Done)
        {
            return result;
        }
        using (newParent)
        {
            // A directory gives way to nothing, and nothing to a directory.
            bool replaces = _change.Replaces && kind != FileKind.Directory
                && FileTree.TryStatus(newParent!, newName, out FileStatus status, out _)
                && (status.Kind is FileKind.Regular or FileKind.SymbolicLink);
            FileOutcome outcome = replaces
                ? FileChanges.Replace(parent, name, newParent!, newName)
                : FileChanges.Rename(parent, name, newParent!, newName);
            if (outcome.IsOk && kind == FileKind.Directory)
            {
                lock (writer.Gate)
                {
                    writer.Partials.Move(_change.Path, _change.NewPath!);
                }
            }
            result = Settle(outcome, newParent!);
            return result == ChangeResult.Done ? Settle(FileOutcome.Ok, parent) : result;
        }
    }

    private ChangeResult Settle(FileOutcome outcome, SafeFileHandle directory) =>
        Tree.Judge(outcome.IsOk ? writer.Storage.Sync(directory) : outcome, _change.Path);
}
