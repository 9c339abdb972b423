using System.ComponentModel;
using Straightwire.Appliance.Configuration;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What users send.</summary>
public sealed record FtpUploadSettings
{
    /// <summary>Bytes of a block of received data, which is written to storage at once.</summary>
    [Description("Bytes of a block of received data, which is written to storage at once.")]
    [Limits(4096, 16_777_216)]
    public int BlockBytes { get; init; } = 262_144;

    /// <summary>Blocks in all: their memory is taken at start.</summary>
    [Description("Blocks in all: their memory is taken at start; null: 256, and fewer with less than 1 GB of "
        + "memory.")]
    [Limits(4, 65_536)]
    public int? Blocks { get; init; }

    /// <summary>Blocks of one upload.</summary>
    [Description("Blocks of one upload; what they do not hold waits with the client.")]
    [Limits(2, 1024)]
    public int BlocksPerUpload { get; init; } = 4;

    /// <summary>Threads that write.</summary>
    [Description("Threads that write: so many files can wait for storage without delaying others.")]
    [Limits(1, 256)]
    public int Threads { get; init; } = 4;

    /// <summary>Uploads at a time.</summary>
    [Description("Uploads at a time; each has two open files.")]
    [Limits(1, 65_536)]
    public int Uploads { get; init; } = 4096;

    /// <summary>How long what came of a broken upload is kept.</summary>
    [Description("How long what came of a broken upload is kept, for its user to go on with.")]
    [DurationLimits("0", "24h")]
    public Duration PartialLifetime { get; init; } = Duration.Parse("15m");

    /// <summary>Uploads that are kept aside.</summary>
    [Description("Uploads that are kept aside: broken ones, of which the oldest go, and those with a dot in "
        + "front, of which no more are taken.")]
    [Limits(0, 1_000_000)]
    public int Partials { get; init; } = 1000;

    /// <summary>Of those, of one user.</summary>
    [Description("Of those, of one user.")]
    [Limits(0, 1_000_000)]
    public int PartialsPerUser { get; init; } = 100;

    /// <summary>How long a stop waits for what was committed before it.</summary>
    [Description("How long a stop waits for files that are complete and not yet stored.")]
    [DurationLimits("0", "1h")]
    public Duration StopTimeout { get; init; } = Duration.Parse("10s");
}
