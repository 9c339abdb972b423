using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Ftp;

/// <summary>A change that needs no data.</summary>
internal sealed class ChangeTask(
    ContentWriter writer, ContentChanges shard, in ContentChange change, IChangeOwner owner)
    : WorkItem, IPublication
{
    private readonly ContentChange _change = change;
    private bool _isDone;

    /// <inheritdoc/>
    public IEnumerable<string> Paths =>
        _change.Kind == ChangeKind.Rename ? [_change.Path, _change.NewPath!] : [_change.Path];

    /// <inheritdoc/>
    public void OnPublished(bool isServed, long generation) =>
        shard.Post(isServed
            ? new News(null, owner, false, ChangeResult.Done, generation)
            : new News(null, owner, false, ChangeResult.Failed, 0));

    /// <inheritdoc/>
    internal override Ipv4Address Peer => _change.Peer;

    /// <inheritdoc/>
    internal override bool HasWork => !_isDone;

    /// <inheritdoc/>
    internal override void Run()
    {
        _isDone = true;
        ChangeResult result = Make();
        if (result == ChangeResult.Done)
        {
            writer.Publish(this);
        }
        else
        {
            shard.Post(new News(null, owner, false, result, 0));
        }
    }

    /// <inheritdoc/>
    internal override void OnFault() => shard.Post(new News(null, owner, false, ChangeResult.Failed, 0));

    private ContentTree Tree => writer.Tree;

    private ChangeResult Make()
    {
        ChangeResult result = Tree.OpenParent(_change.Path, out SafeFileHandle? parent, out byte[] name);
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
        ChangeResult result = Tree.OpenParent(
            _change.NewPath ?? "", out SafeFileHandle? newParent, out byte[] newName);
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
