using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>How a change of the content ended.</summary>
public enum ChangeResult
{
    /// <summary>It is made, and in the generation that the shard serves from now on.</summary>
    Done,

    /// <summary>There is no such file or directory.</summary>
    NotFound,

    /// <summary>The name is taken.</summary>
    AlreadyExists,

    /// <summary>The directory is not empty.</summary>
    NotEmpty,

    /// <summary>The system does not let this process do it.</summary>
    NotPermitted,

    /// <summary>The name cannot be had: no name that is served, or one that leads through a link.</summary>
    BadName,

    /// <summary>An upload is to go on behind the end of what is there.</summary>
    BadOffset,

    /// <summary>The file would be larger than the user's files may be.</summary>
    TooLarge,

    /// <summary>The user's files together would be larger than they may be.</summary>
    OverQuota,

    /// <summary>Storage is full.</summary>
    OutOfSpace,

    /// <summary>There are as many files or directories as the content may have.</summary>
    TooMany,

    /// <summary>It is on the storage, and a limit of the content keeps it from being served.</summary>
    NotServed,

    /// <summary>Storage failed; the log says how.</summary>
    Failed,
}

/// <summary>What a name is asked for.</summary>
public enum NameUse
{
    /// <summary>Something that is there.</summary>
    Existing,

    /// <summary>A file that shall be served.</summary>
    File,

    /// <summary>
    /// A file that is uploaded: with a dot in front it is kept aside, neither listed nor read, until it is
    /// renamed to a name that is served.
    /// </summary>
    Upload,

    /// <summary>A directory that shall be served.</summary>
    Directory,
}

/// <summary>What is to change.</summary>
public enum ChangeKind
{
    /// <summary>A file goes.</summary>
    DeleteFile,

    /// <summary>An empty directory goes.</summary>
    RemoveDirectory,

    /// <summary>A directory comes.</summary>
    MakeDirectory,

    /// <summary>A file or directory gets another path, which no directory has.</summary>
    Rename,

    /// <summary>A file's modification time is set.</summary>
    SetModified,
}

/// <summary>A change that needs no data.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">Canonical path in the content, without a final slash.</param>
/// <param name="NewPath">The same, of what it is renamed to.</param>
/// <param name="ModifiedUnixSeconds">The time that is set, in seconds since 1970, UTC.</param>
public readonly record struct ContentChange(
    ChangeKind Kind, string Path, string? NewPath = null, long ModifiedUnixSeconds = 0)
{
    /// <summary>
    /// Whether a file that has the new path gives way, in one step; else that is
    /// <see cref="ChangeResult.AlreadyExists"/>.
    /// </summary>
    public bool Replaces { get; init; }

    /// <summary>Who asks: work of different addresses is done in turn.</summary>
    public Ipv4Address Peer { get; init; }

    /// <summary>The name of the user whose uploads aside the path may mean.</summary>
    public string User { get; init; } = "";
}

/// <summary>What an upload does with a file that is there.</summary>
public enum UploadMode
{
    /// <summary>
    /// STOR: replaces it, or with an offset goes on from there: in a broken upload of the same user to that
    /// path, else in a copy of the file.
    /// </summary>
    Store,

    /// <summary>APPE: goes on at the end of either.</summary>
    Append,

    /// <summary>STOU: takes a name that is free, made from the path.</summary>
    Unique,
}

/// <summary>What an upload is.</summary>
/// <param name="Path">Canonical path in the content, without a final slash.</param>
/// <param name="Mode">What becomes of a file that is there.</param>
/// <param name="Offset">Where it goes on, bytes; 0 from the start.</param>
/// <param name="User">Whose it is.</param>
public readonly record struct UploadRequest(string Path, UploadMode Mode, long Offset, FtpUser User)
{
    /// <summary>Who asks: work of different addresses is done in turn.</summary>
    public Ipv4Address Peer { get; init; }
}

/// <summary>Is told, on the shard's thread, how a change ended.</summary>
public interface IChangeOwner
{
    /// <summary>The connection that ends when telling it fails.</summary>
    StreamId Stream => default;

    /// <summary>It ended.</summary>
    void OnChanged(ChangeResult result);
}

/// <summary>Is told, on the shard's thread, of an upload.</summary>
public interface IUploadOwner
{
    /// <summary>The connection that ends when telling it fails.</summary>
    StreamId Stream => default;

    /// <summary>After <see cref="IUpload.Write"/> took less than all: there is room again.</summary>
    void OnUploadRoom();

    /// <summary>
    /// It ended: after <see cref="IUpload.Commit"/>, or by a failure before it; never after
    /// <see cref="IUpload.Abandon"/>.
    /// </summary>
    /// <param name="result">How.</param>
    /// <param name="path">The path that the file has, which <see cref="UploadMode.Unique"/> chose.</param>
    void OnUploadEnded(ChangeResult result, string path);
}

/// <summary>
/// A file that is being received into a bounded buffer, which another thread writes to storage. Nothing of it
/// is visible before <see cref="Commit"/>.
/// </summary>
public interface IUpload
{
    /// <summary>Takes as many bytes as there is room for, and returns how many.</summary>
    int Write(ReadOnlySpan<byte> bytes);

    /// <summary>All was written: it is synced, gets its name, and is in the next generation.</summary>
    void Commit();

    /// <summary>
    /// It broke off, before or after <see cref="Commit"/>; what has come is kept aside for a while, so that
    /// the same user can go on with it. Once the file has its name this changes nothing.
    /// </summary>
    void Abandon();
}

/// <summary>
/// Changes of the content on behalf of one shard's users. Every call returns at once; the work is done on
/// other threads, and its end told at the beginning of a pass, when the shard has adopted the generation that
/// shows it.
/// </summary>
public interface IContentChanges
{
    /// <summary>Begins a change.</summary>
    void Start(in ContentChange change, IChangeOwner owner);

    /// <summary>Begins an upload.</summary>
    IUpload StartUpload(in UploadRequest request, IUploadOwner owner);

    /// <summary>
    /// Bytes that a broken upload of a user to a path has left, where it can go on; null when there is none.
    /// </summary>
    long? PartialLength(string path, FtpUser user);

    /// <summary>
    /// Whether a user has an upload aside under a path whose last name has a dot in front.
    /// </summary>
    bool HasAside(string path, FtpUser user);

    /// <summary>
    /// Whether a name can be had, by the limits of the content: what is judged here is judged again by the
    /// same rule when it is published.
    /// </summary>
    /// <param name="path">Canonical path in the content, without a final slash.</param>
    /// <param name="use">What for.</param>
    ChangeResult Check(string path, NameUse use);

    /// <summary>
    /// Tells owners what has ended, each by <see cref="IStreamNetwork.Isolate"/>. At the beginning of a pass,
    /// on the shard's thread.
    /// </summary>
    void Poll(IStreamNetwork network, Instant now);
}
