using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The temporary file of one upload, and its way to its name. One whose name has a dot in front never takes
/// it: what has such a name on the storage is somebody else's, and is not looked at. For one writer thread at
/// a time.
/// </summary>
internal sealed class UploadFile(ContentTree tree, UploadStorage storage, string path) : IDisposable
{
    private const long CopyBytesMax = 16L << 20;

    private readonly string _wanted = path;
    private readonly bool _isAside = ContentRules.IsHidden(path);
    private SafeFileHandle? _directory;
    private SafeFileHandle? _file;
    private byte[] _name = [];

    /// <summary>The path that the file shall have.</summary>
    public string Path { get; private set; } = path;

    /// <summary>What it is called meanwhile, in the directory of that path.</summary>
    public string TemporaryName { get; private set; } = "";

    /// <summary>Bytes that it has.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of the file that it will take the place of.</summary>
    public long Replaces { get; private set; }

    /// <summary>Opens the directory that it goes into, and looks at what has its name.</summary>
    public ChangeResult OpenDirectory()
    {
        ChangeResult result = tree.OpenParent(Path, out _directory, out _name);
        return result == ChangeResult.Done ? Look(_directory!) : result;
    }

    /// <summary>
    /// Opens the directory, and looks for a name that is free: the path, or with <c>.1</c>, <c>.2</c> and so
    /// on behind it. <paramref name="tryReserve"/> says whether no other upload has it in view.
    /// </summary>
    public ChangeResult OpenDirectoryForFreeName(
        int triesMax, Func<string, bool> tryReserve, Action<string> release)
    {
        for (int i = 0; i <= triesMax; i++)
        {
            Path = i == 0 ? _wanted : string.Create(null, $"{_wanted}.{i}");
            if (!tryReserve(Path))
            {
                continue;
            }
            ChangeResult result = tree.OpenParent(Path, out SafeFileHandle? directory, out byte[] name);
            if (result == ChangeResult.Done && !FileTree.TryStatus(directory!, name, out _, out _))
            {
                _directory?.Dispose();
                (_directory, _name) = (directory, name);
                return ChangeResult.Done;
            }
            directory?.Dispose();
            release(Path);
            if (result != ChangeResult.Done)
            {
                return result;
            }
        }
        return ChangeResult.AlreadyExists;
    }

    /// <summary>Begins an empty file.</summary>
    public ChangeResult Create(string temporaryName)
    {
        TemporaryName = temporaryName;
        return tree.Judge(
            FileChanges.Create(_directory!, Encoding.UTF8.GetBytes(temporaryName), out _file), Path);
    }

    /// <summary>
    /// Goes on with a temporary file at a place in it; <see cref="ChangeResult.NotFound"/> when somebody has
    /// deleted it.
    /// </summary>
    public ChangeResult Continue(string temporaryName, long offset)
    {
        TemporaryName = temporaryName;
        FileOutcome outcome = FileChanges.OpenForWriting(
            _directory!, Encoding.UTF8.GetBytes(temporaryName), out _file);
        if (!outcome.IsOk)
        {
            return tree.Judge(outcome, Path);
        }
        Length = offset;
        return tree.Judge(FileChanges.SetLength(_file!, offset), Path);
    }

    /// <summary>
    /// Opens the file that has the name now, for <see cref="CopyFrom"/>; null when there is none. A link is
    /// a <see cref="ChangeResult.BadName"/>: what it leads to is somebody else's.
    /// </summary>
    public ChangeResult OpenExisting(out SafeFileHandle? existing, out long length)
    {
        existing = _isAside ? null : FileTree.OpenFile(_directory!, _name, out _);
        length = 0;
        if (existing is not null && FileTree.TryStatus(existing, out FileStatus status, out _))
        {
            length = status.Length;
            return status.Kind == FileKind.Regular ? ChangeResult.Done : ChangeResult.AlreadyExists;
        }
        if (_isAside || !FileTree.TryStatus(_directory!, _name, out status, out _))
        {
            return ChangeResult.Done;
        }
        return status.Kind == FileKind.SymbolicLink ? ChangeResult.BadName : ChangeResult.NotPermitted;
    }

    /// <summary>
    /// Takes over the first bytes of another file; <see cref="ChangeResult.Failed"/> once nobody wants them.
    /// </summary>
    public ChangeResult CopyFrom(SafeFileHandle existing, long count, Func<bool> goesOn)
    {
        while (Length < count)
        {
            if (!goesOn())
            {
                return ChangeResult.Failed;
            }
            FileOutcome outcome = FileChanges.Copy(
                existing, _file!, Length, Math.Min(count - Length, CopyBytesMax), out long copied);
            if (!outcome.IsOk)
            {
                return tree.Judge(outcome, Path);
            }
            if (copied == 0)
            {
                // Somebody has cut it off since its length was read.
                return ChangeResult.BadOffset;
            }
            Length += copied;
        }
        return ChangeResult.Done;
    }

    /// <summary>Writes behind what is there.</summary>
    public ChangeResult Write(ReadOnlySpan<byte> bytes)
    {
        FileOutcome outcome = storage.Write(_file!, bytes, Length);
        Length += outcome.IsOk ? bytes.Length : 0;
        return tree.Judge(outcome, Path);
    }

    /// <summary>Waits until all of it is on the storage, and looks at what it will replace.</summary>
    public ChangeResult Sync()
    {
        ChangeResult result = tree.Judge(storage.Sync(_file!), Path);
        return result == ChangeResult.Done ? Look(_directory!) : result;
    }

    /// <summary>
    /// Gives it its name, where that leads to now: in between somebody may have renamed a directory above
    /// it. <see cref="ChangeResult.AlreadyExists"/> when the name must be free and is not.
    /// </summary>
    public ChangeResult TakeName(bool mustBeFree)
    {
        ChangeResult result = tree.OpenParent(Path, out SafeFileHandle? directory, out byte[] name);
        if (result != ChangeResult.Done)
        {
            return result;
        }
        using (directory)
        {
            byte[] temporary = Encoding.UTF8.GetBytes(TemporaryName);
            FileOutcome outcome = mustBeFree
                ? FileChanges.Rename(_directory!, temporary, directory!, name)
                : FileChanges.Replace(_directory!, temporary, directory!, name);
            if (!outcome.IsOk)
            {
                return tree.Judge(outcome, Path);
            }
            // The file has its name for everybody; that it keeps it after a power failure is one thing more.
            result = tree.Judge(storage.Sync(directory!), Path);
        }
        TemporaryName = "";
        return result;
    }

    /// <summary>Deletes the temporary file.</summary>
    public void Discard()
    {
        if (_directory is { IsClosed: false } && TemporaryName.Length > 0)
        {
            _ = FileChanges.RemoveFile(_directory!, Encoding.UTF8.GetBytes(TemporaryName));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _directory?.Dispose();
    }

    private ChangeResult Look(SafeFileHandle directory)
    {
        if (_isAside)
        {
            return ChangeResult.Done;
        }
        bool isThere = FileTree.TryStatus(directory, _name, out FileStatus status, out _);
        Replaces = isThere && status.Kind == FileKind.Regular ? status.Length : 0;
        return !isThere || status.Kind is FileKind.Regular or FileKind.SymbolicLink
            ? ChangeResult.Done
            : ChangeResult.AlreadyExists;
    }
}
