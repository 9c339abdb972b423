namespace Straightwire.Appliance.Content;

/// <summary>What is served, and the limits on it.</summary>
public sealed record ContentOptions
{
    // One for all options, since records compare arrays by reference.
    private static readonly byte[] NoKey = new byte[32];

    /// <summary>The directory that is served.</summary>
    public required string Root { get; init; }

    /// <summary>
    /// Files up to this many bytes are copied into packed memory; larger ones are mapped where they lie.
    /// </summary>
    public int PackedFileMax { get; init; } = 262_144;

    /// <summary>
    /// Most bytes of packed memory; once it is full, small files are mapped where they lie too.
    /// </summary>
    public long PackedBytesMax { get; init; } = 4L << 30;

    /// <summary>Most files; a directory with more is not served at all.</summary>
    public int FileMax { get; init; } = 4_000_000;

    /// <summary>Most directories within one another; deeper ones are left out.</summary>
    public int DirectoryDepthMax { get; init; } = 64;

    /// <summary>Threads that read small files at load.</summary>
    public int LoadThreads { get; init; } = 2;

    /// <summary>
    /// The key of the tags of large files, which tell nothing of the state that they stand for: with the same
    /// key they are the same after a restart.
    /// </summary>
    public byte[] TagKey { get; init; } = NoKey;

    /// <summary>
    /// Whether the tags of large files are made of their bytes, as those of small ones are, so that they are
    /// equal on all hosts; else of their state, which is known at once.
    /// </summary>
    public bool TagsAreDigests { get; init; }

    /// <summary>Bytes of large files that are read in a second at most to make such tags.</summary>
    public long DigestBytesPerSecond { get; init; } = 100_000_000;

    /// <summary>
    /// Whether the times of file systems that are exact for whoever looks (Linux 6.13) are trusted; else each
    /// file has to be still for a tick of the clock.
    /// </summary>
    public bool TrustsExactTimes { get; init; } = true;

    /// <summary>Whether a sandbox says what may be read.</summary>
    public bool IsSandboxed { get; init; }

    /// <summary>
    /// Threads that bring large files into memory: as many files can wait for storage without delaying
    /// others.
    /// </summary>
    public int ResidencyThreads { get; init; } = 4;

    /// <summary>How much of an IPv4 address makes a peer, for whom files are brought in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;
}
