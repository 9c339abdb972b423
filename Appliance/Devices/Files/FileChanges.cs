using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Files;

/// <summary>
/// Changes a directory tree, each time within a directory that is open and by one name of it, so that no path
/// leads a change anywhere else. No call follows a link that has the name.
/// </summary>
public static unsafe partial class FileChanges
{
    private const string C = "libc";

    private const int WriteOnly = 0x1;
    private const int CreateNew = 0x40 | 0x80;
    private const int NeverWait = 0x800 | 0x100 | 0x80000;
    private const int RemoveIsDirectory = 0x200;
    private const int SymbolicLinkNoFollow = 0x100;
    private const uint NoReplace = 1;
    private const long OmitTime = 0x3FFF_FFFE;
    private const int FileMode = 0x1A4;
    private const int DirectoryMode = 0x1ED;

    // Of the flags used here these two differ between architectures.
    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int DirectoryOnly = IsArm64 ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm64 ? 0x8000 : 0x20000;

    /// <summary>
    /// Opens a directory within a directory; <see cref="FileResult.BadName"/> when it is a link.
    /// </summary>
    public static FileOutcome OpenDirectory(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out SafeFileHandle? opened)
    {
        FileOutcome outcome = Open(directory, name, DirectoryOnly | NoFollow | NeverWait, out opened);
        // The system says of a link that it is no directory.
        return outcome.Result == FileResult.NotFound
            && FileTree.TryStatus(directory, name, out FileStatus status, out _)
            && status.Kind == FileKind.SymbolicLink
                ? new FileOutcome(NativeError.Invalid)
                : outcome;
    }

    /// <summary>
    /// Makes a file that was not there and opens it for writing; rw-r--r-- as far as the umask allows.
    /// </summary>
    public static FileOutcome Create(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out SafeFileHandle? file) =>
        Open(directory, name, WriteOnly | CreateNew | NoFollow | NeverWait, out file);

    /// <summary>Opens a file for writing, unless it is a link.</summary>
    public static FileOutcome OpenForWriting(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out SafeFileHandle? file) =>
        Open(directory, name, WriteOnly | NoFollow | NeverWait, out file);

    /// <summary>Makes a directory; rwxr-xr-x as far as the umask allows.</summary>
    public static FileOutcome MakeDirectory(SafeFileHandle directory, ReadOnlySpan<byte> name) =>
        Outcome(MakeDirectoryAt(Descriptor(directory), Terminated(name), DirectoryMode), directory);

    /// <summary>Removes a name that is no directory; of a link, the link itself.</summary>
    public static FileOutcome RemoveFile(SafeFileHandle directory, ReadOnlySpan<byte> name) =>
        Outcome(UnlinkAt(Descriptor(directory), Terminated(name), 0), directory);

    /// <summary>Removes an empty directory.</summary>
    public static FileOutcome RemoveDirectory(SafeFileHandle directory, ReadOnlySpan<byte> name) =>
        Outcome(UnlinkAt(Descriptor(directory), Terminated(name), RemoveIsDirectory), directory);

    /// <summary>
    /// Moves a name to another one, at once for everybody; a file that has that one already is replaced.
    /// </summary>
    public static FileOutcome Replace(
        SafeFileHandle directory,
        ReadOnlySpan<byte> name,
        SafeFileHandle newDirectory,
        ReadOnlySpan<byte> newName)
    {
        FileOutcome outcome = Outcome(
            RenameAt(
                Descriptor(directory), Terminated(name), Descriptor(newDirectory), Terminated(newName)),
            directory);
        GC.KeepAlive(newDirectory);
        return outcome;
    }

    /// <summary>
    /// Moves a name to one that nothing has; <see cref="FileResult.AlreadyExists"/> otherwise. On a file
    /// system that cannot do both in one step the name is looked at first, and what takes it in between is
    /// replaced.
    /// </summary>
    public static FileOutcome Rename(
        SafeFileHandle directory,
        ReadOnlySpan<byte> name,
        SafeFileHandle newDirectory,
        ReadOnlySpan<byte> newName)
    {
        FileOutcome outcome = Outcome(
            RenameAt2(
                Descriptor(directory),
                Terminated(name),
                Descriptor(newDirectory),
                Terminated(newName),
                NoReplace),
            directory);
        GC.KeepAlive(newDirectory);
        if (outcome.Error is not (NativeError.Invalid or FileOutcome.NoCall or FileOutcome.NotSupported))
        {
            return outcome;
        }
        return FileTree.TryStatus(newDirectory, newName, out _, out _)
            ? new FileOutcome(FileOutcome.Exists)
            : Replace(directory, name, newDirectory, newName);
    }

    /// <summary>Sets when a file or directory was modified, in seconds since 1970, UTC.</summary>
    public static FileOutcome SetModified(SafeFileHandle directory, ReadOnlySpan<byte> name, long unixSeconds)
    {
        // struct timespec twice: when it was read last, which stays, and when it was modified.
        Span<long> times = [0, OmitTime, unixSeconds, 0];
        fixed (long* pointer = times)
        {
            return Outcome(
                SetTimesAt(Descriptor(directory), Terminated(name), pointer, SymbolicLinkNoFollow),
                directory);
        }
    }

    /// <summary>Writes all bytes at a place in a file.</summary>
    public static FileOutcome Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* pointer = bytes)
            {
                written = WriteAt(Descriptor(file), pointer, (nuint)bytes.Length, offset);
            }
            if (written < 0 && NativeError.Last != NativeError.Interrupted)
            {
                return new FileOutcome(NativeError.Last);
            }
            int some = (int)Math.Max(written, 0);
            bytes = bytes[some..];
            offset += some;
        }
        GC.KeepAlive(file);
        return FileOutcome.Ok;
    }

    /// <summary>
    /// Copies up to a number of bytes to the same place in another file, within the file system where it
    /// can; <paramref name="copied"/> is 0 at the end of the source.
    /// </summary>
    public static FileOutcome Copy(
        SafeFileHandle source, SafeFileHandle destination, long offset, long count, out long copied)
    {
        long from = offset;
        long to = offset;
        copied = CopyFileRange(
            Descriptor(source), &from, Descriptor(destination), &to, (nuint)count, 0);
        GC.KeepAlive(source);
        GC.KeepAlive(destination);
        if (copied >= 0)
        {
            return FileOutcome.Ok;
        }
        copied = 0;
        return NativeError.Last switch
        {
            NativeError.Interrupted or NativeError.Invalid or FileOutcome.CrossDevice or FileOutcome.NoCall
                or FileOutcome.NotSupported =>
                CopyThrough(source, destination, offset, count, out copied),
            int error => new FileOutcome(error),
        };
    }

    /// <summary>Cuts a file off, or lengthens it by zeros.</summary>
    public static FileOutcome SetLength(SafeFileHandle file, long length) =>
        Outcome(TruncateOpen(Descriptor(file), length), file);

    /// <summary>
    /// Waits until a file's bytes, or a directory's names, are on the storage and outlast a power failure.
    /// </summary>
    public static FileOutcome Sync(SafeFileHandle file) => Outcome(SyncOpen(Descriptor(file)), file);

    private static FileOutcome CopyThrough(
        SafeFileHandle source, SafeFileHandle destination, long offset, long count, out long copied)
    {
        var buffer = new byte[(int)Math.Min(count, 262_144)];
        copied = 0;
        nint read;
        fixed (byte* pointer = buffer)
        {
            read = ReadAt(Descriptor(source), pointer, (nuint)buffer.Length, offset);
        }
        if (read < 0)
        {
            return new FileOutcome(NativeError.Last);
        }
        GC.KeepAlive(source);
        copied = read;
        return Write(destination, buffer.AsSpan(0, (int)read), offset);
    }

    private static FileOutcome Open(
        SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, out SafeFileHandle? file)
    {
        int descriptor = OpenAt(Descriptor(directory), Terminated(name), flags, FileMode);
        FileOutcome outcome = Outcome(descriptor, directory);
        file = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        return outcome;
    }

    private static FileOutcome Outcome(int result, SafeFileHandle used)
    {
        GC.KeepAlive(used);
        return result < 0 ? new FileOutcome(NativeError.Last) : FileOutcome.Ok;
    }

    private static int Descriptor(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private static byte[] Terminated(ReadOnlySpan<byte> name) => [.. name, 0];

    [LibraryImport(C, EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int directory, [In] byte[] path, int flags, int mode);

    [LibraryImport(C, EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int MakeDirectoryAt(int directory, [In] byte[] path, int mode);

    [LibraryImport(C, EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int UnlinkAt(int directory, [In] byte[] path, int flags);

    [LibraryImport(C, EntryPoint = "renameat", SetLastError = true)]
    private static partial int RenameAt(
        int directory, [In] byte[] path, int newDirectory, [In] byte[] newPath);

    [LibraryImport(C, EntryPoint = "renameat2", SetLastError = true)]
    private static partial int RenameAt2(
        int directory, [In] byte[] path, int newDirectory, [In] byte[] newPath, uint flags);

    [LibraryImport(C, EntryPoint = "utimensat", SetLastError = true)]
    private static partial int SetTimesAt(int directory, [In] byte[] path, long* times, int flags);

    [LibraryImport(C, EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint WriteAt(int descriptor, byte* bytes, nuint length, long offset);

    [LibraryImport(C, EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* bytes, nuint length, long offset);

    [LibraryImport(C, EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyFileRange(
        int source, long* sourceOffset, int destination, long* offset, nuint length, uint flags);

    [LibraryImport(C, EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int TruncateOpen(int descriptor, long length);

    [LibraryImport(C, EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncOpen(int descriptor);
}
