using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Files;

/// <summary>
/// Walks a directory tree from open directories on, one name at a time and by the bytes of the names, so that
/// nobody who moves things about meanwhile can lead the walk astray. Failures are null or false with the
/// reason in words.
/// </summary>
public static unsafe partial class FileTree
{
    private const string C = "libc";
    private const int CurrentDirectory = -100;
    private const int SymbolicLinkNoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const int AsKnownHere = 0x4000;
    private const uint BasicStatus = 0x7FF;
    private const int NameOffset = 19;
    private const int PathMax = 4096;

    private const int Path = 0x200000;
    private const int NeverWait = 0x800 | 0x100 | 0x80000;

    // Of the flags used here these two differ between architectures.
    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int DirectoryOnly = IsArm64 ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm64 ? 0x8000 : 0x20000;

    /// <summary>Opens a directory by its path, following links.</summary>
    public static SafeFileHandle? OpenRoot(string path, out string error) =>
        Open(CurrentDirectory, Encoding.UTF8.GetBytes(path), DirectoryOnly | NeverWait, out error);

    /// <summary>Opens a directory within a directory, unless it is a link.</summary>
    public static SafeFileHandle? OpenDirectory(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out string error) =>
        Open(directory, name, DirectoryOnly | NoFollow | NeverWait, out error);

    /// <summary>
    /// Opens a file for reading, unless it is a link. A FIFO is opened without waiting for a writer.
    /// </summary>
    public static SafeFileHandle? OpenFile(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out string error) =>
        Open(directory, name, NoFollow | NeverWait, out error);

    /// <summary>
    /// What a link leads to in the end, as a handle that says where and what it is (<see cref="RealPath"/>,
    /// <see cref="TryStatus(SafeFileHandle, out FileStatus, out string)"/>) and reads nothing.
    /// </summary>
    public static SafeFileHandle? Follow(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out string error) =>
        Open(directory, name, Path | NeverWait, out error);

    /// <summary>
    /// Opens for reading what <see cref="Follow"/> found: the very same file, wherever its names point by
    /// now.
    /// </summary>
    public static SafeFileHandle? Reopen(SafeFileHandle followed, out string error) =>
        Open(CurrentDirectory, ProcPath(followed), NeverWait, out error);

    /// <summary>
    /// The absolute path of an open file or directory without links; null when it has none any more.
    /// </summary>
    public static byte[]? RealPath(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[PathMax];
        fixed (byte* path = ProcPath(file))
        fixed (byte* target = buffer)
        {
            nint length = ReadLink(path, target, PathMax);
            return length is > 0 and < PathMax ? buffer[..(int)length].ToArray() : null;
        }
    }

    /// <summary>What an open file is.</summary>
    public static bool TryStatus(SafeFileHandle file, out FileStatus status, out string error) =>
        TryStatus(file, [], EmptyPath, out status, out error);

    /// <summary>What a name in a directory is; of a link, the link itself.</summary>
    public static bool TryStatus(
        SafeFileHandle directory, ReadOnlySpan<byte> name, out FileStatus status, out string error) =>
        TryStatus(directory, name, SymbolicLinkNoFollow, out status, out error);

    /// <summary>
    /// What an open file is, by one system call that allocates nothing and, unless it may, waits for nothing:
    /// of a file on another machine it tells what is known here.
    /// </summary>
    public static bool TryLook(SafeFileHandle file, bool mayWait, out FileStatus status)
    {
        byte none = 0;
        bool isSeen = TryLook(
            Descriptor(file), &none, EmptyPath | (mayWait ? 0 : AsKnownHere), out status);
        GC.KeepAlive(file);
        return isSeen;
    }

    /// <summary>The same of what a path leads to.</summary>
    /// <param name="path">With a zero at its end.</param>
    /// <param name="mayWait">Whether another machine may be asked.</param>
    /// <param name="status">Kind, place, length and times of what was found.</param>
    public static bool TryLook(byte[] path, bool mayWait, out FileStatus status)
    {
        fixed (byte* bytes = path)
        {
            return TryLook(CurrentDirectory, bytes, mayWait ? 0 : AsKnownHere, out status);
        }
    }

    /// <summary>
    /// The number that tells the kind of the file system that a file is on (statfs(2)); 0 when it is not
    /// told.
    /// </summary>
    public static ulong FileSystemOf(SafeFileHandle file)
    {
        ulong* answer = stackalloc ulong[32];
        int result = FileSystemStatus(Descriptor(file), answer);
        GC.KeepAlive(file);
        return result < 0 ? 0 : answer[0];
    }

    /// <summary>How the last call of this thread that failed did so.</summary>
    public static FileOutcome LastFailure => new(NativeError.Last);

    /// <summary>All names in a directory but <c>.</c> and <c>..</c>, in its own order.</summary>
    public static List<byte[]>? List(SafeFileHandle directory, out string error)
    {
        int descriptor = OpenAt(Descriptor(directory), Terminated("."u8), DirectoryOnly | NeverWait, 0);
        nint stream = descriptor < 0 ? 0 : OpenStream(descriptor);
        if (stream == 0)
        {
            error = NativeError.Describe(NativeError.Last);
            return null;
        }
        try
        {
            var names = new List<byte[]>();
            while (ReadStream(stream) is var entry && entry != 0)
            {
                ReadOnlySpan<byte> name =
                    MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + NameOffset);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    names.Add(name.ToArray());
                }
            }
            error = NativeError.Last == 0 ? string.Empty : NativeError.Describe(NativeError.Last);
            return error.Length == 0 ? names : null;
        }
        finally
        {
            _ = CloseStream(stream);
        }
    }

    /// <summary>
    /// The user as whom the calling thread, and no other, opens files: so a test meets one it may not read.
    /// </summary>
    [LibraryImport(C, EntryPoint = "setfsuid")]
    internal static partial int SetFileUser(uint user);

    private static SafeFileHandle? Open(
        SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, out string error)
    {
        SafeFileHandle? opened = Open(Descriptor(directory), name, flags, out error);
        GC.KeepAlive(directory);
        return opened;
    }

    private static SafeFileHandle? Open(int directory, ReadOnlySpan<byte> name, int flags, out string error)
    {
        int descriptor = OpenAt(directory, Terminated(name), flags, 0);
        error = descriptor < 0 ? NativeError.Describe(NativeError.Last) : string.Empty;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static bool TryLook(int directory, byte* path, int flags, out FileStatus status)
    {
        byte* answer = stackalloc byte[256];
        int result = StatusExtended(directory, path, flags, BasicStatus, answer);
        status = result < 0 ? default : Parse(new ReadOnlySpan<byte>(answer, 256));
        return result == 0;
    }

    private static bool TryStatus(
        SafeFileHandle file, ReadOnlySpan<byte> name, int flags, out FileStatus status, out string error)
    {
        Span<byte> answer = stackalloc byte[256];
        int result;
        fixed (byte* buffer = answer)
        {
            result = StatusExtended(Descriptor(file), Terminated(name), flags, BasicStatus, buffer);
        }
        GC.KeepAlive(file);
        error = result < 0 ? NativeError.Describe(NativeError.Last) : string.Empty;
        status = result < 0 ? default : Parse(answer);
        return result == 0;
    }

    // struct statx is the same on all architectures, in host byte order, which is little-endian wherever this
    // runs.
    private static FileStatus Parse(ReadOnlySpan<byte> answer) => new(
        (BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]) & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        },
        BinaryPrimitives.ReadUInt64LittleEndian(answer[136..]),
        BinaryPrimitives.ReadUInt64LittleEndian(answer[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(answer[40..]),
        Nanoseconds(answer[112..]),
        Nanoseconds(answer[96..]),
        BinaryPrimitives.ReadUInt32LittleEndian(answer[16..]));

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        (BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000)
        + BinaryPrimitives.ReadUInt32LittleEndian(time[8..]);

    private static byte[] ProcPath(SafeFileHandle file) =>
        Encoding.ASCII.GetBytes(string.Create(null, $"/proc/self/fd/{Descriptor(file)}\0"));

    private static int Descriptor(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private static byte[] Terminated(ReadOnlySpan<byte> name) => [.. name, 0];

    [LibraryImport(C, EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int directory, [In] byte[] path, int flags, int mode);

    [LibraryImport(C, EntryPoint = "statx", SetLastError = true)]
    private static partial int StatusExtended(
        int directory, [In] byte[] path, int flags, uint mask, byte* status);

    [LibraryImport(C, EntryPoint = "statx", SetLastError = true)]
    private static partial int StatusExtended(
        int directory, byte* path, int flags, uint mask, byte* status);

    [LibraryImport(C, EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystemStatus(int descriptor, ulong* status);

    [LibraryImport(C, EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink(byte* path, byte* target, nuint length);

    [LibraryImport(C, EntryPoint = "fdopendir", SetLastError = true)]
    private static partial nint OpenStream(int descriptor);

    [LibraryImport(C, EntryPoint = "readdir", SetLastError = true)]
    private static partial nint ReadStream(nint stream);

    [LibraryImport(C, EntryPoint = "closedir", SetLastError = true)]
    private static partial int CloseStream(nint stream);
}
