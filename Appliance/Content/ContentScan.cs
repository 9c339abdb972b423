using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Text;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>A regular file that the scan found.</summary>
/// <param name="Path">Its canonical path.</param>
/// <param name="Name">The bytes of its name.</param>
/// <param name="Directory">The open directory that it is in.</param>
/// <param name="Target">Where its link leads; null when it is no link.</param>
/// <param name="Status">What it is.</param>
internal readonly record struct FoundFile(
    string Path, byte[] Name, SafeFileHandle Directory, SafeFileHandle? Target, FileStatus Status)
{
    /// <summary>
    /// Opens it for reading: the file that was found, or one that has taken its name, but never through a new
    /// link.
    /// </summary>
    public SafeFileHandle? Open(out string error) =>
        Target is null ? FileTree.OpenFile(Directory, Name, out error) : FileTree.Reopen(Target, out error);
}

/// <summary>A directory that the scan found.</summary>
/// <param name="Path">Its canonical path with the final slash.</param>
/// <param name="Name">The bytes of its name; none for the root.</param>
/// <param name="Status">What it is.</param>
internal readonly record struct FoundDirectory(string Path, byte[] Name, FileStatus Status);

/// <summary>Is shown what a scan finds.</summary>
internal interface IScanned
{
    /// <summary>
    /// A directory that may be listed; its files are shown next, then the directories in it.
    /// </summary>
    void Add(in FoundDirectory directory);

    /// <summary>
    /// Files, all in one directory: the one that was shown last. Their handles are good during the call only.
    /// </summary>
    void Add(List<FoundFile> files);
}

/// <summary>
/// Walks the content directory and shows every directory and every file that may be served. Not shown are:
/// dot files and dot directories but <c>.well-known</c>; what is neither file nor directory; names that no
/// request could ask for; links that lead out of the root, nowhere or back to a directory above. A link
/// within the root is followed even to a dot name: whoever made the link gave the file another name
/// (Kubernetes mounts its volumes like this).
/// </summary>
internal sealed partial class ContentScan
{
    private const int BatchMax = 1024;

    private readonly ContentOptions _options;
    private readonly ILogger _logger;
    private readonly LeftOutLog _leftOut;
    private readonly IScanned _scanned;
    private readonly Stack<(ulong Device, ulong Inode)> _above = new();
    private byte[] _root = [];
    private int _directories;

    /// <summary>Prepares a scan; nothing is opened before <see cref="Run"/>.</summary>
    public ContentScan(ContentOptions options, ILogger logger, LeftOutLog leftOut, IScanned scanned)
    {
        _options = options;
        _logger = logger;
        _leftOut = leftOut;
        _scanned = scanned;
    }

    /// <summary>
    /// Whether the scan fails as a whole when a name cannot be looked at for the moment, for want of a
    /// descriptor or of an answer of the storage: what is served stays then. Otherwise the name is left out.
    /// </summary>
    public bool MayFail { get; init; }

    /// <summary>Watches what the scan comes to; null: nobody does.</summary>
    public ITreeWatch? Watch { get; init; }

    /// <summary>Nobody waits for what is found any more.</summary>
    public CancellationToken Ending { get; init; }

    /// <summary>Walks the whole tree.</summary>
    /// <exception cref="ContentException">The root is missing, no directory, or unreadable.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for it.</exception>
    public void Run()
    {
        using SafeFileHandle root = OpenRoot();
        if (FileTree.List(root, out string error) is null)
        {
            throw Unreadable(error);
        }
        Walk(root, "/", []);
    }

    private SafeFileHandle OpenRoot()
    {
        SafeFileHandle root = FileTree.OpenRoot(_options.Directory, out string error)
            ?? throw Unreadable(error);
        _root = FileTree.RealPath(root) ?? throw new ContentException(
            $"The path of the content directory '{_options.Directory}' cannot be resolved: mount /proc.");
        return root;
    }

    private ContentException Unreadable(string error) => new(
        MayFail && _options.IsSandboxed && FileTree.LastFailure.Result == FileResult.NotPermitted
            ? $"The content directory '{_options.Directory}' cannot be read: {error}. "
                + "If it is another than at "
                + "the start, the sandbox does not let it be read: name the directory that it is in in "
                + "server.sandboxRead, or give the site a directory of its own, and start again."
            : $"The content directory '{_options.Directory}' cannot be read: {error}. Name a directory "
                + "that exists and that this process may read (serve DIR, or content:directory in the "
                + "configuration).");

    private void Walk(SafeFileHandle directory, string path, byte[] name)
    {
        if (!FileTree.TryStatus(directory, out FileStatus status, out string error)
            || ListWatched(directory, path, status, ref error) is not List<byte[]> names)
        {
            LeaveOut(path, error);
            return;
        }
        if (_above.Contains((status.Device, status.Inode)))
        {
            _leftOut.Add(path, "it links back to a directory above it");
            return;
        }
        if (_above.Count >= _options.DirectoryDepth)
        {
            _leftOut.Add(path, $"more than {_options.DirectoryDepth} directories are within one another");
            return;
        }
        if (++_directories > _options.Files)
        {
            // A few links that lead to one another's directories make a tree of any size.
            throw new ContentException(
                $"The content directory '{_options.Directory}' has more than {_options.Files} directories, "
                + "each way that links lead counted: remove links, or raise the limit.");
        }
        _scanned.Add(new FoundDirectory(path, name, status));
        _above.Push((status.Device, status.Inode));
        Show(directory, path, names);
        _above.Pop();
    }

    // In this order: what comes and goes from here on is told.
    private List<byte[]>? ListWatched(
        SafeFileHandle directory, string path, in FileStatus status, ref string error)
    {
        Watch?.OnDirectory(directory, path, status);
        return FileTree.List(directory, out error);
    }

    // What was deleted since its name was read is no reason for a warning.
    private void LeaveOut(string path, string error)
    {
        if (FileTree.LastFailure.Result != FileResult.NotFound)
        {
            FailIfPassing(path, error);
            _leftOut.Add(path, error);
        }
    }

    private void Show(SafeFileHandle directory, string path, List<byte[]> names)
    {
        foreach (byte[] name in ShowFiles(directory, path, names))
        {
            using SafeFileHandle? opened = OpenDirectory(directory, path, name);
            if (opened is not null)
            {
                Walk(opened, path + Encoding.UTF8.GetString(name) + "/", name);
            }
        }
    }

    // Returns the names of directories and of links to directories.
    private List<byte[]> ShowFiles(SafeFileHandle directory, string path, List<byte[]> names)
    {
        var directories = new List<byte[]>();
        var files = new List<FoundFile>();
        foreach (byte[] name in names)
        {
            if (CanonicalPath.IsHidden(name))
            {
                continue;
            }
            if (!CanonicalPath.IsSegment(name))
            {
                _leftOut.Add(path, name, "no request can name it: not UTF-8, or a control or backslash");
            }
            else if (!FileTree.TryStatus(directory, name, out FileStatus status, out string error))
            {
                LeaveOut(path + Encoding.UTF8.GetString(name), error);
            }
            else if (status.Kind == FileKind.Regular)
            {
                files.Add(new(path + Encoding.UTF8.GetString(name), name, directory, null, status));
                if (files.Count == BatchMax)
                {
                    Show(files);
                }
            }
            else if (status.Kind == FileKind.Directory
                || (status.Kind == FileKind.SymbolicLink && !ShowLink(directory, path, name)))
            {
                directories.Add(name);
            }
            else if (status.Kind == FileKind.Other)
            {
                _logger.LogDebug("Content {Path} is no file", path + PrintableText.Of(name));
            }
        }
        Show(files);
        return directories;
    }

    private void Show(List<FoundFile> files)
    {
        // Inodes lie on the storage about in the order of their numbers, names do not.
        Ending.ThrowIfCancellationRequested();
        files.Sort((a, b) => a.Status.Inode.CompareTo(b.Status.Inode));
        _scanned.Add(files);
        files.Clear();
    }

    // False when the link leads to a directory, for which its turn comes later.
    private bool ShowLink(SafeFileHandle directory, string path, byte[] name)
    {
        Watch?.OnLink(directory, path, name);
        using SafeFileHandle? target = Follow(directory, path, name, out FileStatus status);
        if (target is null)
        {
            return true;
        }
        if (status.Kind == FileKind.Regular)
        {
            _scanned.Add([new(path + Encoding.UTF8.GetString(name), name, directory, target, status)]);
        }
        return status.Kind != FileKind.Directory;
    }

    private SafeFileHandle? OpenDirectory(SafeFileHandle directory, string path, byte[] name)
    {
        SafeFileHandle? opened = FileTree.OpenDirectory(directory, name, out string error);
        if (opened is not null)
        {
            return opened;
        }
        if (FileTree.TryStatus(directory, name, out FileStatus status, out _)
            && status.Kind == FileKind.SymbolicLink)
        {
            using SafeFileHandle? target = Follow(directory, path, name, out _);
            if (target is null)
            {
                return null;
            }
            opened = FileTree.Reopen(target, out error);
        }
        if (opened is null)
        {
            LeaveOut(path + Encoding.UTF8.GetString(name), error);
        }
        return opened;
    }

    private void FailIfPassing(string path, string error)
    {
        if (MayFail && FileTree.LastFailure.IsPassing)
        {
            throw new ContentException(
                $"The directory {path} of the content cannot be read for the moment: {error}.");
        }
    }

    // What the handle holds cannot be exchanged any more, so that where it is and what is read are the same
    // thing.
    private SafeFileHandle? Follow(SafeFileHandle directory, string path, byte[] name, out FileStatus status)
    {
        SafeFileHandle? target = FileTree.Follow(directory, name, out string error);
        if (target is not null && FileTree.TryStatus(target, out status, out error))
        {
            if (FileTree.RealPath(target) is byte[] real && IsWithinRoot(real))
            {
                return target;
            }
            error = "its link leaves the content directory";
        }
        status = default;
        target?.Dispose();
        _leftOut.Add(path, name, error);
        return null;
    }

    private bool IsWithinRoot(ReadOnlySpan<byte> path) =>
        _root is [(byte)'/']
        || (path.StartsWith(_root) && (path.Length == _root.Length || path[_root.Length] == (byte)'/'));
}
