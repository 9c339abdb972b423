using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;
using Straightwire.Protocols;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Whether a file's state can be trusted: a change within the same tick of the file system's clock leaves all
/// its times as they are. Since Linux 6.13 the times of some file systems are exact for whoever looked; of
/// others a state is one state only when the file has been still for a tick.
/// </summary>
internal sealed class FileClock(bool mayBeExact)
{
    // The coarsest clock of a kernel in use ticks every 10 ms (HZ = 100).
    private const long TickNanoseconds = 20_000_000;

    // File systems that keep seconds keep two of them at worst.
    private const long SecondsTickNanoseconds = 2_100_000_000;
    private const long Second = 1_000_000_000;
    private const int AttemptsMax = 3;

    // statfs(2): ext4, xfs, btrfs, tmpfs.
    private static readonly ulong[] Exact = [0xEF53, 0x58465342, 0x9123683E, 0x01021994];
    private static readonly bool HasExact = Environment.OSVersion.Version >= new Version(6, 13);

    private readonly ConcurrentDictionary<ulong, bool> _isExact = new();

    /// <summary>The time of day in nanoseconds since 1970.</summary>
    public static long NowUnixNanoseconds => WallClock.UnixNanosecondsOf(DateTimeOffset.UtcNow);

    /// <summary>Whether no other state of a file can look like this one, which was seen at a time.</summary>
    public bool IsStill(SafeFileHandle file, in FileStatus status, long unixNanoseconds) =>
        // A clock that was set back leaves changes in the future, which those to come do not have.
        Math.Abs(unixNanoseconds - status.ChangedNanoseconds) >= TickOf(status) || IsExact(file, status);

    /// <summary>
    /// Waits for a tick, when that makes a file's state one that holds; false when it is none: the file
    /// changes all the time, or its file system's clock is too coarse to be waited for.
    /// </summary>
    public bool AwaitStill(SafeFileHandle file, ref FileStatus status)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (IsStill(file, status, NowUnixNanoseconds))
            {
                return true;
            }
            if (TickOf(status) > TickNanoseconds)
            {
                return false;
            }
            Thread.Sleep(TimeSpan.FromMilliseconds((TickNanoseconds / 1_000_000) + 1));
            if (!FileTree.TryLook(file, mayWait: true, out status))
            {
                return false;
            }
        }
        return false;
    }

    private static long TickOf(in FileStatus status) =>
        status.ChangedNanoseconds % Second == 0 ? SecondsTickNanoseconds : TickNanoseconds;

    private bool IsExact(SafeFileHandle file, in FileStatus status)
    {
        if (!mayBeExact || !HasExact)
        {
            return false;
        }
        if (!_isExact.TryGetValue(status.Device, out bool isExact))
        {
            isExact = Exact.Contains(FileTree.FileSystemOf(file));
            _isExact[status.Device] = isExact;
        }
        return isExact;
    }
}
