using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The way from canonical paths to open directories: from the content's root on, one name at a time, through
/// no link, so that no path leads out of the root whatever others do meanwhile.
/// </summary>
internal sealed class ContentTree(ContentOptions options, UploadStorage storage, ILogger logger)
{
    /// <summary>What names may be there.</summary>
    public ContentRules Rules { get; } = new(options, storage);

    /// <summary>
    /// Opens the directory that the last name of a path is in. The root is opened each time, as for every
    /// load of the content: its path may be a link that somebody turns to another tree.
    /// </summary>
    /// <param name="path">Canonical, without a final slash.</param>
    /// <param name="parent">For the caller to close; null on failure.</param>
    /// <param name="name">The last name, in UTF-8.</param>
    /// <returns>
    /// <see cref="ChangeResult.BadName"/> when a name would not be served or one but the last is a link.
    /// </returns>
    public ChangeResult OpenParent(string path, out SafeFileHandle? parent, out byte[] name)
    {
        parent = null;
        name = [];
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        ChangeResult judged = Rules.Check(path, NameUse.Existing);
        if (judged != ChangeResult.Done)
        {
            return judged;
        }
        parent = FileTree.OpenRoot(options.Directory, out string error);
        if (parent is null)
        {
            logger.LogError(
                "The content directory {Root} cannot be opened to change {Path}: {Reason}",
                options.Directory,
                path,
                error);
            return ChangeResult.Failed;
        }
        int start = 1;
        while (bytes.AsSpan(start).IndexOf((byte)'/') is var length && length >= 0)
        {
            FileOutcome outcome = FileChanges.OpenDirectory(
                parent, bytes.AsSpan(start, length), out SafeFileHandle? next);
            parent.Dispose();
            parent = next;
            if (parent is null)
            {
                return Judge(outcome, path);
            }
            start += length + 1;
        }
        name = bytes[start..];
        return ChangeResult.Done;
    }

    /// <summary>What an outcome is to an owner; a failure that nobody else explains is logged.</summary>
    public ChangeResult Judge(FileOutcome outcome, string path)
    {
        if (outcome.Result == FileResult.Failed)
        {
            logger.LogError(
                "Content {Path} is not changed: {Reason}. Look after the storage of {Root}, or, when files "
                + "are too many, raise the limit of open files",
                path,
                outcome.Reason,
                options.Directory);
        }
        return outcome.Result switch
        {
            FileResult.Ok => ChangeResult.Done,
            FileResult.NotFound => ChangeResult.NotFound,
            FileResult.AlreadyExists => ChangeResult.AlreadyExists,
            FileResult.NotEmpty => ChangeResult.NotEmpty,
            FileResult.NotPermitted => ChangeResult.NotPermitted,
            FileResult.BadName => ChangeResult.BadName,
            FileResult.TooLarge => ChangeResult.TooLarge,
            FileResult.OutOfSpace => ChangeResult.OutOfSpace,
            _ => ChangeResult.Failed,
        };
    }

    /// <summary>Deletes a temporary file that stands beside a path, if it still does.</summary>
    public void RemoveBeside(string path, string temporaryName)
    {
        if (OpenParent(path, out SafeFileHandle? parent, out _) == ChangeResult.Done)
        {
            using (parent)
            {
                _ = FileChanges.RemoveFile(parent!, Encoding.UTF8.GetBytes(temporaryName));
            }
        }
    }

    /// <summary>
    /// Deletes the temporary files of processes that are no more, in every directory that is served.
    /// </summary>
    public void RemoveLeftovers(TemporaryNames names, Func<bool> goesOn)
    {
        using SafeFileHandle? root = FileTree.OpenRoot(options.Directory, out _);
        int removed = root is null ? 0 : RemoveLeftovers(root, names, 1, goesOn);
        if (removed > 0)
        {
            logger.LogInformation("{Count} unfinished uploads of an earlier process are deleted", removed);
        }
    }

    private int RemoveLeftovers(SafeFileHandle directory, TemporaryNames names, int depth, Func<bool> goesOn)
    {
        int removed = 0;
        foreach (byte[] name in FileTree.List(directory, out _) ?? [])
        {
            string text = Encoding.UTF8.GetString(name);
            if (!goesOn())
            {
                return removed;
            }
            if (TemporaryNames.IsTemporary(text))
            {
                removed += !names.IsOwn(text) && FileChanges.RemoveFile(directory, name).IsOk ? 1 : 0;
            }
            else if (depth < options.DirectoryDepth && !CanonicalPath.IsHidden(name)
                && FileTree.TryStatus(directory, name, out FileStatus status, out _)
                && status.Kind == FileKind.Directory
                && FileChanges.OpenDirectory(directory, name, out SafeFileHandle? below).IsOk)
            {
                using (below)
                {
                    removed += RemoveLeftovers(below!, names, depth + 1, goesOn);
                }
            }
        }
        return removed;
    }
}
