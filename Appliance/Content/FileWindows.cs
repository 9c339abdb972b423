using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Content;

/// <summary>What is known of a window of a mapped file.</summary>
internal enum WindowState : byte
{
    /// <summary>Nobody has looked whether its pages are in memory.</summary>
    Unknown,

    /// <summary>A helper is asked to bring it into memory.</summary>
    Pending,

    /// <summary>It was in memory at its stamp.</summary>
    Resident,

    /// <summary>Likewise, and a helper is asked to see to it again.</summary>
    Refreshing,

    /// <summary>It cannot be read.</summary>
    Faulted,
}

/// <summary>What is known of the bytes of a mapped file.</summary>
internal enum FileStanding : byte
{
    /// <summary>They are those that its entry was made from.</summary>
    Sound,

    /// <summary>They may have changed: a helper compares them.</summary>
    Unsure,

    /// <summary>They changed, or cannot be read: nothing that was promised of them can be sent.</summary>
    Void,
}

/// <summary>
/// The windows of one mapped file, and which of them are wanted. States are read without a lock; all is
/// written under <see cref="Residency"/>'s.
/// </summary>
internal sealed class FileWindows(int region, long length, string path)
{
    /// <summary>log₂ of a window's bytes: 2 MB, what a fast disk delivers in about a millisecond.</summary>
    public const int WindowShift = 21;

    private const int WantedMax = 32;

    private readonly byte[] _states = new byte[CountOf(length)];
    private readonly long[] _stamps = new long[CountOf(length)];
    private readonly UInt128[] _digests = new UInt128[CountOf(length)];
    private readonly bool[] _hasDigest = new bool[CountOf(length)];
    private readonly (int Window, IpAddress Peer)[] _wanted = new (int, IpAddress)[WantedMax];
    private readonly IpAddress[] _aside = new IpAddress[WantedMax];
    private volatile FileStanding _standing;
    private volatile bool _isStale;
    private long _checkedAt = long.MinValue / 2;
    private long _trust;
    private int _digestCount;
    private int _asideCount;

    /// <summary>The number of the mapped region.</summary>
    public int Region { get; } = region;

    /// <summary>Its canonical path, for the log.</summary>
    public string Path { get; } = path;

    /// <summary>Bytes of the file when it was mapped.</summary>
    public long Length => length;

    /// <summary>Windows of the file; the last one may be shorter.</summary>
    public int Count => _states.Length;

    /// <summary>Windows that helpers are asked for and have not begun.</summary>
    public int WantedCount { get; private set; }

    /// <summary>
    /// A helper is at one of its windows: one at a time, so that one slow file takes up one helper.
    /// </summary>
    public bool IsBusy { get; set; }

    /// <summary>Its bytes are being read for a digest, beside what helpers do.</summary>
    public bool IsDigested { get; set; }

    /// <summary>How to look whether it changed; null where nobody looks.</summary>
    public FileIdentity? Identity { get; init; }

    /// <summary>What is known of its bytes.</summary>
    public FileStanding Standing
    {
        get => _standing;
        set => _standing = value;
    }

    /// <summary>
    /// What is told of it is no more what its name leads to: the name is to be read anew before anything else
    /// is told.
    /// </summary>
    public bool IsStale
    {
        get => _isStale;
        set => _isStale = value;
    }

    /// <summary>Its name waits to be read anew, or is being read.</summary>
    public bool IsAsked { get; set; }

    /// <summary>
    /// In whose turn its name is read anew; null when it does not wait. Under <see cref="Renewal"/>'s lock.
    /// </summary>
    public IpAddress? Asker { get; set; }

    /// <summary>When the name may be asked for again after that failed.</summary>
    public Instant AskAt { get; set; }

    /// <summary>
    /// Its state was accepted for bytes that are sent already and not for its tag, which is another's from
    /// now on.
    /// </summary>
    public bool IsTagLost { get; set; }

    /// <summary>
    /// The instant, in nanoseconds, at or after which it was last seen to be as it was.
    /// </summary>
    public long CheckedAt
    {
        get => Volatile.Read(ref _checkedAt);
        set => Volatile.Write(ref _checkedAt, value);
    }

    /// <summary>
    /// Since which of <see cref="Residency"/>'s beginnings each change of it is told; 0: it is not.
    /// </summary>
    public long Trust
    {
        get => Volatile.Read(ref _trust);
        set => Volatile.Write(ref _trust, value);
    }

    /// <summary>Whether the digests of all windows are known.</summary>
    public bool HasAllDigests => _digestCount == Count;

    /// <summary>One of its windows could not be read.</summary>
    public bool IsFaulted { get; set; }

    /// <summary>The state of a window, as of now or of a moment ago.</summary>
    public WindowState StateOf(int window) => (WindowState)Volatile.Read(ref _states[window]);

    /// <summary>Nanoseconds since a window was last known to be in memory.</summary>
    public long AgeOf(int window, Instant now) => now.Nanoseconds - Volatile.Read(ref _stamps[window]);

    /// <summary>First byte and length of a window.</summary>
    public (long Offset, long Length) RangeOf(int window)
    {
        long offset = (long)window << WindowShift;
        return (offset, Math.Min(1L << WindowShift, length - offset));
    }

    /// <summary>Sets what is known of a window.</summary>
    public void Set(int window, WindowState state) => Volatile.Write(ref _states[window], (byte)state);

    /// <summary>A window is in memory now.</summary>
    public void SetResident(int window, Instant now)
    {
        Volatile.Write(ref _stamps[window], now.Nanoseconds);
        Set(window, WindowState.Resident);
    }

    /// <summary>Asks for a window on behalf of a peer; false when too many are asked for already.</summary>
    public bool TryWant(int window, IpAddress peer)
    {
        if (WantedCount == WantedMax)
        {
            return false;
        }
        _wanted[WantedCount++] = (window, peer);
        return true;
    }

    /// <summary>The window that a peer asked for first; false when it asks for none.</summary>
    public bool TryTakeWanted(IpAddress peer, out int window)
    {
        for (int i = 0; i < WantedCount; i++)
        {
            if (_wanted[i].Peer == peer)
            {
                window = _wanted[i].Window;
                WantedCount--;
                Array.Copy(_wanted, i + 1, _wanted, i, WantedCount - i);
                return true;
            }
        }
        window = 0;
        return false;
    }

    /// <summary>Who asks for a window that is wanted; null when it is not.</summary>
    public IpAddress? OwnerOf(int window)
    {
        for (int i = 0; i < WantedCount; i++)
        {
            if (_wanted[i].Window == window)
            {
                return _wanted[i].Peer;
            }
        }
        return null;
    }

    /// <summary>Another peer asks for a window that is wanted.</summary>
    public void SetOwner(int window, IpAddress peer)
    {
        for (int i = 0; i < WantedCount; i++)
        {
            if (_wanted[i].Window == window)
            {
                _wanted[i].Peer = peer;
            }
        }
    }

    /// <summary>It was a peer's turn while a helper was at the file.</summary>
    public void PutAside(IpAddress peer)
    {
        if (_asideCount < WantedMax)
        {
            _aside[_asideCount++] = peer;
        }
    }

    /// <summary>A peer whose turn it was; false when there is none.</summary>
    public bool TryTakeAside(out IpAddress peer)
    {
        bool isThere = _asideCount > 0;
        peer = isThere ? _aside[--_asideCount] : default;
        return isThere;
    }

    /// <summary>The digest of a window's bytes, once they were read; false before that.</summary>
    public bool TryDigest(int window, out UInt128 digest)
    {
        digest = _digests[window];
        return _hasDigest[window];
    }

    /// <summary>Keeps the digest of a window's bytes, as they are in its known state.</summary>
    public void SetDigest(int window, UInt128 digest)
    {
        if (!_hasDigest[window])
        {
            _digests[window] = digest;
            _hasDigest[window] = true;
            _digestCount++;
        }
    }

    /// <summary>Asks for nothing any more.</summary>
    public void Forget() => WantedCount = _asideCount = 0;

    private static int CountOf(long length) => (int)((length + (1L << WindowShift) - 1) >> WindowShift);
}
