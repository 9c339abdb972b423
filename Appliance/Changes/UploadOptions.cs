using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Changes;

/// <summary>The limits on what uploads hold of memory, threads and storage.</summary>
public sealed record UploadOptions
{
    private const int BlocksMost = 256;

    /// <summary>Bytes of a block.</summary>
    [Key("Bytes of a block of received data, which is written to storage at once.",
        Min = 4096, Max = 16_777_216)]
    public int BlockBytes { get; init; } = 262_144;

    /// <summary>Blocks in all; null: see <see cref="BlockCount"/>.</summary>
    [Key("Blocks in all: their memory is taken at start; null: 256, and fewer with less than 1 GB of "
        + "memory.", Min = 4, Max = 65_536)]
    public int? Blocks { get; init; }

    /// <summary>Blocks of one upload.</summary>
    [Key("Blocks of one upload; what they do not hold waits with the client.", Min = 2, Max = 1024)]
    public int BlocksPerUpload { get; init; } = 4;

    /// <summary>Threads that write to storage.</summary>
    [Key("Threads that write: so many files can wait for storage without delaying others.",
        Min = 1, Max = 256)]
    public int Threads { get; init; } = 4;

    /// <summary>Uploads at a time.</summary>
    [Key("Uploads at a time; each has two open files.", Min = 1, Max = 65_536)]
    public int Uploads { get; init; } = 4096;

    /// <summary>How long what came of a broken upload is kept.</summary>
    [Key("How long what came of a broken upload is kept, for its user to go on with.",
        From = "0", To = "24h")]
    public Duration PartialLifetime { get; init; } = Duration.Parse("15m");

    /// <summary>Uploads that are kept aside.</summary>
    [Key("Uploads that are kept aside: broken ones, of which the oldest go, and those with a dot in "
        + "front, of which no more are taken.", Min = 0, Max = 1_000_000)]
    public int Partials { get; init; } = 1000;

    /// <summary>Of those, of one user.</summary>
    [Key("Of those, of one user.", Min = 0, Max = 1_000_000)]
    public int PartialsPerUser { get; init; } = 100;

    /// <summary>How long a stop waits for what was committed before it.</summary>
    [Key("How long a stop waits for files that are complete and not yet stored.", From = "0", To = "1h")]
    public Duration StopTimeout { get; init; } = Duration.Parse("10s");

    /// <summary>How long an upload whose name has a dot in front waits for its other name.</summary>
    public Duration AsideLifetime { get; init; } = Duration.Parse("24h");

    /// <summary>How much of an IPv4 address makes a peer, for whom changes are made in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>Blocks in all: as configured, or as many as a machine with enough memory has.</summary>
    public int BlockCount => Blocks ?? BlocksMost;
}
