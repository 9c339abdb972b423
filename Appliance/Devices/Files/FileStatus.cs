namespace Straightwire.Devices.Files;

/// <summary>
/// What statx says of a file. Two equal values mean that nobody has touched it in between, to the resolution
/// of the file system's clock.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">Number of the file system that it is on.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Length">Bytes of a file.</param>
/// <param name="ModifiedNanoseconds">When its bytes changed last, since 1970.</param>
/// <param name="ChangedNanoseconds">When its bytes, names, owner or permissions changed last, since
/// 1970.</param>
/// <param name="Links">Names that the file has (hard links).</param>
public readonly record struct FileStatus(
    FileKind Kind,
    ulong Device,
    ulong Inode,
    long Length,
    long ModifiedNanoseconds,
    long ChangedNanoseconds,
    uint Links)
{
    /// <summary>
    /// Whether two states of one file differ in no more than what programs cannot set and a change of its
    /// names or permissions alters too: its bytes may be the same, or may have been changed and their time
    /// set back.
    /// </summary>
    public bool MayHaveBytesOf(in FileStatus other) =>
        Kind == other.Kind
        && Device == other.Device
        && Inode == other.Inode
        && Length == other.Length
        && ModifiedNanoseconds == other.ModifiedNanoseconds;
}
