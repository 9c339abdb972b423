using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>Looking at single paths, by the same rules as the whole.</summary>
internal sealed partial class ContentScan
{
    /// <summary>
    /// Goes down from the root to a path, and shows what is there, with all that is below it; nothing when
    /// there is nothing that may be served.
    /// </summary>
    /// <param name="path">A canonical path without a final slash.</param>
    /// <param name="isKnown">Whether a directory, by its path with the final slash, is known already.</param>
    /// <returns>
    /// What was looked at, without a final slash: the path, or the first one above it that is no known
    /// directory or cannot be entered; and the state of the directory that it is in.
    /// </returns>
    /// <exception cref="ContentException">The root is missing or no directory.</exception>
    public (string Path, FileStatus Parent) Look(string path, Func<string, bool> isKnown)
    {
        SafeFileHandle directory = OpenRoot();
        try
        {
            for (int start = 1; ;)
            {
                int end = path.IndexOf('/', start);
                string prefix = end < 0 ? path : path[..end];
                byte[] name = Encoding.UTF8.GetBytes(prefix[start..]);
                if (end < 0
                    || !isKnown(prefix + "/")
                    || TryEnter(directory, path[..start], name) is not SafeFileHandle entered)
                {
                    return (prefix, ShowOne(directory, path[..start], name));
                }
                directory.Dispose();
                directory = entered;
                start = end + 1;
            }
        }
        finally
        {
            directory.Dispose();
            _above.Clear();
        }
    }

    private FileStatus ShowOne(SafeFileHandle directory, string path, byte[] name)
    {
        if (!FileTree.TryStatus(directory, out FileStatus parent, out string error))
        {
            throw new ContentException($"The directory {path} of the content cannot be read: {error}.");
        }
        _above.Push((parent.Device, parent.Inode));
        // What is not there is no reason for a warning: it was deleted.
        if (!CanonicalPath.IsHidden(name)
            && (!CanonicalPath.IsSegment(name) || FileTree.TryStatus(directory, name, out _, out _)))
        {
            Show(directory, path, [name]);
        }
        return parent;
    }

    private SafeFileHandle? TryEnter(SafeFileHandle directory, string path, byte[] name)
    {
        if (CanonicalPath.IsHidden(name)
            || !CanonicalPath.IsSegment(name)
            || !FileTree.TryStatus(directory, out FileStatus above, out _)
            || !FileTree.TryStatus(directory, name, out FileStatus status, out _)
            || status.Kind is not (FileKind.Directory or FileKind.SymbolicLink))
        {
            return null;
        }
        SafeFileHandle? entered = OpenDirectory(directory, path, name);
        if (entered is null)
        {
            return null;
        }
        _above.Push((above.Device, above.Inode));
        if (FileTree.TryStatus(entered, out status, out _)
            && status.Kind == FileKind.Directory
            && !_above.Contains((status.Device, status.Inode))
            && _above.Count < _options.DirectoryDepth)
        {
            return entered;
        }
        _above.Pop();
        entered.Dispose();
        return null;
    }
}
