namespace Straightwire.Appliance.Changes;

/// <summary>The limits on what uploads hold of memory, threads and storage.</summary>
public sealed record UploadOptions
{
    /// <summary>Bytes of a block of received data, which is written to storage at once.</summary>
    public int BlockBytes { get; init; } = 262_144;

    /// <summary>
    /// Blocks in all; with <see cref="BlockBytes"/> they are the memory that is taken at start.
    /// </summary>
    public int Blocks { get; init; } = 256;

    /// <summary>Most blocks of one upload.</summary>
    public int BlocksPerUpload { get; init; } = 4;

    /// <summary>Threads that write: so many files can wait for storage without delaying others.</summary>
    public int Threads { get; init; } = 4;

    /// <summary>Most uploads at a time; each has two open files.</summary>
    public int UploadsMax { get; init; } = 4096;

    /// <summary>How long what came of a broken upload is kept.</summary>
    public TimeSpan PartialLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an upload whose name has a dot in front waits for its other name.</summary>
    public TimeSpan AsideLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Most of both that are kept: the oldest that has broken off goes, and what is whole is not taken.
    /// </summary>
    public int PartialsMax { get; init; } = 1000;

    /// <summary>Most of one user's.</summary>
    public int PartialsPerUserMax { get; init; } = 100;

    /// <summary>How much of an IPv4 address makes a peer, for whom changes are made in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>How long a stop waits for what was committed before it.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
