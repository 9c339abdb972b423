using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Content;
using Straightwire.Devices;

namespace Straightwire.Appliance.Ftp;

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

    /// <summary>Bytes of the files below a directory, as the newest generation has them.</summary>
    public long BytesBelow(string root) => store.BytesBelow(root);
}
