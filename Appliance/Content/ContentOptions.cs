using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Content;

/// <summary>What is served, and the limits on it.</summary>
public sealed record ContentOptions
{
    private const long PackedBytesMost = 4L << 30;

    // One for all options, since records compare arrays and dictionaries by reference.
    private static readonly byte[] NoKey = new byte[32];
    private static readonly Dictionary<string, string> NoTypes = [];

    /// <summary>The directory; whoever reads it is told its full path.</summary>
    [Key("The directory that is served, from the working directory or else from beside the program.")]
    public string Directory { get; init; } = "content";

    /// <summary>The largest file that is packed, bytes.</summary>
    [Key("Files up to this many bytes are packed in memory; larger ones are mapped in place.",
        Min = 0, Max = 1L << 30)]
    public int PackedFileBytes { get; init; } = 262_144;

    /// <summary>Bytes of packed memory; null: see <see cref="PackedBytesMax"/>.</summary>
    [Key("Most bytes of packed memory; once it is full, small files are mapped too; null: half of "
        + "what the machine or the process's control group has beyond 192 MB, up to 4294967296.",
        Min = 1 << 20, Max = 1L << 44)]
    public long? PackedBytes { get; init; }

    /// <summary>What the tags of mapped files are made of.</summary>
    [Key("What the tags of mapped files are made of: state (length, times, inode; known at once, of "
        + "this machine), or digest (their bytes, read at 100 MB/s; none until then; equal on all hosts).")]
    public ContentTags Tags { get; init; }

    /// <summary>Whether changes are seen without a signal.</summary>
    [Key("Changes of the directory are seen and served without a signal.")]
    public bool Watch { get; init; } = true;

    /// <summary>How long changes gather.</summary>
    [Key("How long nothing may change before changes are served; at most a second after the first of them.",
        From = "1ms", To = "1s")]
    public Duration WatchDelay { get; init; } = Duration.Parse("50ms");

    /// <summary>How often everything is looked at; null: what cannot be watched, each 30 s.</summary>
    [Key("How often the directory is looked at as a whole; 0: never; null: each 30s, and only what cannot "
        + "be watched: NFS, CIFS, FUSE, 9p, and what fs.inotify.max_user_watches does not reach.",
        From = "0", To = "24h")]
    public Duration? Poll { get; init; }

    /// <summary>How it is known that a mapped file is what is told of it.</summary>
    [Key("How it is known that a mapped file is what is told of it: request (looked at for each request), or "
        + "watch (notices of the kernel, and looked at once a second: without a system call).")]
    public ContentVerify Verify { get; init; }

    /// <summary>Media types of the owner's own.</summary>
    [Key("Media types by extension (\".sig\") or by whole name (\"Makefile\"), before those that are "
        + "known.", Format = KeyFormat.MediaType, Items = 10_000)]
    public Dictionary<string, string> MediaTypes { get; init; } = NoTypes;

    /// <summary>What files of an unknown kind are.</summary>
    [Key("The media type of files of an unknown kind.", Format = KeyFormat.MediaType)]
    public string DefaultType { get; init; } = Protocols.Content.MediaTypes.Unknown;

    /// <summary>The encoding of text.</summary>
    [Key("The encoding that text, JavaScript, JSON and XML are said to be in; empty: none is told.",
        Format = KeyFormat.Charset)]
    public string Charset { get; init; } = Protocols.Content.MediaTypes.Charset;

    /// <summary>How many files there may be.</summary>
    [Key("Most files; a directory with more is not served.", Min = 1, Max = 100_000_000)]
    public int Files { get; init; } = 4_000_000;

    /// <summary>How deep directories may lie.</summary>
    [Key("Most directories within one another; deeper ones are left out.", Min = 1, Max = 1000)]
    public int DirectoryDepth { get; init; } = 64;

    /// <summary>Threads that read small files at load.</summary>
    [Key("Threads that read small files at load.", Min = 1, Max = 64)]
    public int LoadThreads { get; init; } = 2;

    /// <summary>Threads that wait for storage.</summary>
    [Key("Threads that bring large files into memory: so many can wait for storage.", Min = 1, Max = 256)]
    public int ResidencyThreads { get; init; } = 4;

    /// <summary>Whether somebody looks for changes.</summary>
    public bool IsLookedAt => Watch || Poll is { Value.Ticks: > 0 };

    /// <summary>
    /// The key of the tags of large files, which tell nothing of the state that they stand for: with the same
    /// key they are the same after a restart.
    /// </summary>
    public byte[] TagKey { get; init; } = NoKey;

    /// <summary>Bytes of large files that are read in a second at most to make tags of them.</summary>
    public long DigestBytesPerSecond { get; init; } = 100_000_000;

    /// <summary>
    /// Whether the times of file systems that are exact for whoever looks (Linux 6.13) are trusted; else each
    /// file has to be still for a tick of the clock.
    /// </summary>
    public bool TrustsExactTimes { get; init; } = true;

    /// <summary>Whether a sandbox says what may be read.</summary>
    public bool IsSandboxed { get; init; }

    /// <summary>How much of an IPv4 address makes a peer, for whom files are brought in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>Bytes of packed memory: as configured, or as many as a machine with enough has.</summary>
    public long PackedBytesMax => PackedBytes ?? PackedBytesMost;
}
