using System.IO.Hashing;
using Microsoft.Extensions.Logging;
using Straightwire.Devices.Files;
using Straightwire.Devices.Processes;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Content;

/// <summary>Reads a part of a region into memory; false when its bytes are gone.</summary>
internal delegate bool ReadRegion(int region, long offset, Span<byte> destination);

/// <content>
/// Whether mapped files are still what is told of them. A file's bytes stand for one state of it (<see
/// cref="FileStatus"/>): what is told of the file is looked at when it is told, once a pass, and what is sent
/// of it each <see cref="SentAgeNanoseconds"/>. One that changed is void, and its name is read anew.
/// </content>
internal sealed partial class Residency
{
    /// <summary>
    /// How long a look holds for bytes that are sent: a body that changes under way is broken off so soon.
    /// </summary>
    public const long SentAgeNanoseconds = 10_000_000;

    // How long a look holds where every change should be told: what is not (a write through a mapping, or by
    // another name) is seen so soon.
    private const long TrustedAgeNanoseconds = 1_000_000_000;

    // Digests of more are not compared: its tag becomes another one.
    private const long ComparedBytesMax = 256L << 20;
    private const int DigestPiece = 262_144;
    private const int AttemptsMax = 3;

    // Each upload has two, and there may be 4,096 of them.
    private const long OtherFiles = 10_000;
    private const long AskAgainNanoseconds = 50_000_000;
    private const long AskLaterNanoseconds = 1_000_000_000;
    private const long TellNanoseconds = 1_000_000_000;

    private long _changedFiles;
    private long _trust = 1;
    private Instant _tellAt;

    /// <summary>
    /// Files kept open at most: the process's limit without those that uploads and the rest of the program
    /// need.
    /// </summary>
    public static long DescriptorMax => DescriptorsFor(ProcessLimits.OpenFilesMax());

    /// <summary>Files that a process has to be allowed to open for as many as can be mapped.</summary>
    public static ulong OpenFilesWanted => (ulong)FileMax + OtherFiles;

    /// <summary>Files whose bytes changed while they were served.</summary>
    public long ChangedFiles => Volatile.Read(ref _changedFiles);

    /// <summary>Whether another mapped file may be kept open.</summary>
    public bool HasDescriptor => Volatile.Read(ref _descriptorCount) < DescriptorMax;

    /// <summary>
    /// Told, under the lock, of a file whose name is to be read anew, and who waits for that; also of others
    /// who wait for one that was told of.
    /// </summary>
    public Action<FileWindows, IpAddress>? Renew { get; init; }

    /// <summary>Files that may be kept open where the process may open some.</summary>
    public static long DescriptorsFor(long openFiles)
    {
        return openFiles - Math.Min(OtherFiles, openFiles / 2);
    }

    /// <summary>
    /// Whether what is told of a file holds now: for the shard's thread. When it does not, its name is read
    /// anew.
    /// </summary>
    /// <param name="file">The mapped file whose state on the storage is looked at.</param>
    /// <param name="peer">Who asks: names are read anew in turn by peer.</param>
    /// <param name="now">The instant of the pass.</param>
    /// <param name="mayBeBetter">Its tag is a weak one, for it had just changed: it may be read anew in any
    /// case.</param>
    public bool IsCurrent(FileWindows file, IpAddress peer, Instant now, bool mayBeBetter = false)
    {
        bool isCurrent =
            !file.IsStale && Look(file, peer, now, maxAge: 0) == FileStanding.Sound && !file.IsStale;
        if (!isCurrent || mayBeBetter)
        {
            lock (_gate)
            {
                Ask(file, peer, now);
            }
        }
        return isCurrent;
    }

    /// <summary>Whether bytes of a file may be sent: for the shard's thread.</summary>
    public FileStanding Look(FileWindows file, IpAddress peer, Instant now, long maxAge)
    {
        FileStanding standing = file.Standing;
        if (standing != FileStanding.Sound
            || file.Identity is not FileIdentity identity
            || now.Nanoseconds - file.CheckedAt <= (IsTrusted(file) ? TrustedAgeNanoseconds : maxAge))
        {
            return standing;
        }
        FileChange change = identity.Look(mayWait: false, out _);
        if (change == FileChange.None)
        {
            file.CheckedAt = now.Nanoseconds;
            return FileStanding.Sound;
        }
        lock (_gate)
        {
            Note(file, change, peer, now);
            if (change == FileChange.Name)
            {
                file.CheckedAt = now.Nanoseconds;
            }
            return file.Standing;
        }
    }

    /// <summary>The shard waits for a file to be compared; false when that is over.</summary>
    public bool Await(ShardContent shard, FileWindows file)
    {
        lock (_gate)
        {
            bool isUnsure = file.Standing == FileStanding.Unsure;
            shard.IsWaiting |= isUnsure;
            return isUnsure;
        }
    }

    /// <summary>
    /// Decides about a file of which only the names or permissions seem to have changed, by comparing the
    /// digests of what was read of it: for helper threads.
    /// </summary>
    public void Resolve(FileWindows file)
    {
        if (file.Identity is FileIdentity identity
            && !_faults.TryDo("comparison of a large file", () => Resolve(file, identity)))
        {
            // Whatever its bytes are: nothing that was promised of them is sent any more.
            Settle(file, default, isSound: false, isWhole: false);
        }
    }

    private void Resolve(FileWindows file, FileIdentity identity)
    {
        try
        {
            Compare(file, identity);
        }
        catch (ObjectDisposedException) when (!ReferenceEquals(Volatile.Read(ref _files[file.Region]), file))
        {
            // It was removed while it stood in line.
        }
    }

    private void Compare(FileWindows file, FileIdentity identity)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            FileChange change = identity.Look(mayWait: true, out FileStatus found);
            if (change is FileChange.None or FileChange.Name)
            {
                Settle(file, found, isSound: true, isWhole: change == FileChange.None);
                return;
            }
            bool isWhole = false;
            bool isSound = change == FileChange.Metadata && HasSameBytes(file, found, out isWhole);
            FileStatus known = identity.Status;
            identity.Look(mayWait: true, out FileStatus again);
            if (!isSound || again == found)
            {
                // Deleted and renamed-over files go on to their end, even where not all of it was read yet:
                // whether it was written to just before, and its time set back, only known digests tell.
                bool isGone = found.Links < known.Links;
                Settle(file, found, isSound && (isWhole || isGone), isWhole);
                return;
            }
        }
        Settle(file, default, isSound: false, isWhole: false);
    }

    /// <summary>
    /// Whether a state of a region's file is the one that it is served in, or one with the same bytes: then
    /// its tag stays. For helper threads.
    /// </summary>
    public bool Accepts(int region, in FileStatus found)
    {
        if (Volatile.Read(ref _files[region]) is not { Identity: { } identity } file || file.IsTagLost)
        {
            return false;
        }
        if (identity.Status != found && identity.Status.MayHaveBytesOf(found))
        {
            Resolve(file);
        }
        return file is { Standing: FileStanding.Sound, IsTagLost: false } && identity.Status == found;
    }

    /// <summary>Whether a region's file, if it is one, can be sent as far as is known.</summary>
    public bool IsSound(int region) =>
        Volatile.Read(ref _files[region]) is not { } file
        || file is { Standing: FileStanding.Sound, IsFaulted: false };

    /// <summary>
    /// A new generation is about to be served, and has this file in a state: what is told of it is true
    /// again.
    /// </summary>
    public void Confirm(int region, in FileStatus status)
    {
        if (Volatile.Read(ref _files[region]) is { IsStale: true, Identity: { } identity } file)
        {
            lock (_gate)
            {
                if (file is { Standing: FileStanding.Sound, IsTagLost: false } && identity.Status == status)
                {
                    file.IsStale = false;
                }
            }
        }
    }

    /// <summary>Of a file in this state every change is told from now on.</summary>
    public void Trust(int region, in FileStatus status)
    {
        if (Volatile.Read(ref _files[region]) is { Identity: { } identity } file && identity.Status == status)
        {
            file.Trust = Volatile.Read(ref _trust);
        }
    }

    /// <summary>A change of a file was told.</summary>
    public void Distrust(int region)
    {
        if (Volatile.Read(ref _files[region]) is { } file)
        {
            file.Trust = 0;
        }
    }

    /// <summary>Changes were told no more for a while.</summary>
    public void DistrustAll() => Interlocked.Increment(ref _trust);

    /// <summary>A file's name was read anew, or that failed.</summary>
    public void Answer(FileWindows file, bool isRead)
    {
        lock (_gate)
        {
            Instant now = _clock();
            file.IsAsked = false;
            file.AskAt = now.Plus(isRead ? AskAgainNanoseconds : AskLaterNanoseconds);
            if (file.Standing == FileStanding.Unsure)
            {
                // It changed again after it was compared, when it counted as asked for.
                Ask(file, default, now);
            }
        }
    }

    private bool IsTrusted(FileWindows file) => file.Trust == Volatile.Read(ref _trust);

    // What a helper found when it brought a window in. Under the lock.
    private void Judge(
        FileWindows file, int window, bool isThere, FileChange change, UInt128? digest, Instant began)
    {
        if (file.Identity is null)
        {
            return;
        }
        if (!isThere)
        {
            file.IsStale = true;
            file.Standing = FileStanding.Void;
            Ask(file, default, began);
        }
        else if (change != FileChange.None)
        {
            Note(file, change, default, began);
        }
        else if (file.Standing == FileStanding.Sound)
        {
            file.CheckedAt = Math.Max(file.CheckedAt, began.Nanoseconds);
            if (digest is { } known)
            {
                file.SetDigest(window, known);
            }
        }
    }

    // Under the lock.
    private void Note(FileWindows file, FileChange change, IpAddress peer, Instant now)
    {
        file.IsStale = true;
        if (change == FileChange.Content && file.Standing != FileStanding.Void)
        {
            Invalidate(file);
        }
        else if (change == FileChange.Metadata && file.Standing == FileStanding.Sound)
        {
            file.Standing = FileStanding.Unsure;
        }
        Ask(file, peer, now);
    }

    // Under the lock. A name is not read too often; a file that is to be compared cannot wait for the next
    // request, since connections that send it do, and nothing else would ask.
    private void Ask(FileWindows file, IpAddress peer, Instant now)
    {
        bool mayAsk = file.IsAsked || now >= file.AskAt || file.Standing == FileStanding.Unsure;
        if (mayAsk && Renew is not null)
        {
            Renew(file, peer);
            file.IsAsked = true;
        }
    }

    // Under the lock.
    private void Invalidate(FileWindows file)
    {
        file.Standing = FileStanding.Void;
        _changedFiles++;
        Instant now = _clock();
        bool isSent = Array.Exists(_shards, shard => shard?.Holds(file.Region) == true);
        if (isSent && now >= _tellAt)
        {
            // A file that changes all the time would fill the log.
            _tellAt = now.Plus(TellNanoseconds);
            _logger.LogWarning(
                "Content {Path} changed while it was sent: the connections that send it are reset, since no "
                + "answer is of two states (told of one file a second; {Count} changed so far)",
                file.Path,
                _changedFiles);
        }
    }

    private void Settle(FileWindows file, in FileStatus found, bool isSound, bool isWhole)
    {
        ulong woken;
        lock (_gate)
        {
            if (file.Standing == FileStanding.Void)
            {
                return;
            }
            if (!isSound)
            {
                Invalidate(file);
            }
            else
            {
                if (found != file.Identity!.Status && file.Identity.Status.MayHaveBytesOf(found))
                {
                    // In this order: its name may lead elsewhere by now, which Confirm tells.
                    file.IsStale = true;
                    file.Identity.Status = found;
                    file.IsTagLost |= !isWhole;
                }
                file.Standing = FileStanding.Sound;
            }
            woken = AdvanceWaiting();
        }
        Wake(woken);
    }

    private bool HasSameBytes(FileWindows file, in FileStatus found, out bool isWhole)
    {
        isWhole = file.HasAllDigests && !file.IsTagLost && found.Length <= ComparedBytesMax;
        if (found.Length > ComparedBytesMax)
        {
            return true;
        }
        byte[] scratch = new byte[DigestPiece];
        for (int window = 0; window < file.Count; window++)
        {
            if (file.TryDigest(window, out UInt128 digest) && DigestOf(file, window, scratch) != digest)
            {
                return false;
            }
        }
        return true;
    }

    private UInt128? DigestOf(FileWindows file, int window, byte[] scratch)
    {
        if (_read is null)
        {
            return null;
        }
        (long offset, long length) = file.RangeOf(window);
        var hash = new XxHash128();
        for (long done = 0; done < length; done += scratch.Length)
        {
            Span<byte> piece = scratch.AsSpan(0, (int)Math.Min(scratch.Length, length - done));
            if (!_read(file.Region, offset + done, piece))
            {
                return null;
            }
            hash.Append(piece);
        }
        return hash.GetCurrentHashAsUInt128();
    }

    // Under the lock: the shards that wait for anything look again.
    private ulong AdvanceWaiting()
    {
        ulong woken = 0;
        for (int i = 0; i < _shardCount; i++)
        {
            if (_shards[i].IsWaiting)
            {
                _shards[i].IsWaiting = false;
                _shards[i].Advance();
                woken |= 1UL << i;
            }
        }
        return woken;
    }

    private void Wake(ulong shards)
    {
        for (; shards != 0; shards &= shards - 1)
        {
            _shards[System.Numerics.BitOperations.TrailingZeroCount(shards)].Wake();
        }
    }
}
