using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Changes;

/// <summary>What may take long or fail late: a seam at which tests put a slow or full storage.</summary>
internal class UploadStorage(ContentStore store)
{
    /// <summary>The number of the newest generation.</summary>
    public long Generation => store.Newest.Number;

    /// <summary>Writes all bytes at a place in a file.</summary>
    public virtual FileOutcome Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) =>
        FileChanges.Write(file, bytes, offset);

    /// <summary>Waits until a file is on the storage.</summary>
    public virtual FileOutcome Sync(SafeFileHandle file) => FileChanges.Sync(file);

    /// <summary>
    /// Makes a generation that shows what was changed at these paths; false when that failed.
    /// </summary>
    public virtual bool Publish(IReadOnlyCollection<string> paths) => store.Apply(paths);

    /// <summary>Files that the newest generation serves.</summary>
    public virtual int FileCount => store.Summary.Files;

    /// <summary>Directories of the newest generation.</summary>
    public virtual int DirectoryCount => store.Newest.DirectoryCount;

    /// <summary>
    /// Whether the newest generation has a file or directory of a path without a final slash.
    /// </summary>
    public virtual bool Serves(string path) =>
        store.Newest.Find(Encoding.UTF8.GetBytes(path)) is not null
        || store.Newest.FindDirectory(Encoding.UTF8.GetBytes(path + "/")) is not null;

    /// <summary>The paths, with final slashes, of a directory and of those below it.</summary>
    public IEnumerable<string> DirectoriesBelow(string root) =>
        DirectoryTree.Below(store.Newest, root).Select(static directory => directory.Path);

    /// <summary>Bytes of the files below a directory, as the newest generation has them.</summary>
    public long BytesBelow(string root) => store.BytesBelow(root);
}
