using System.ComponentModel;

namespace Straightwire.Appliance.Configuration;

/// <summary>What is served.</summary>
public sealed record ContentSettings
{
    /// <summary>The directory that is served.</summary>
    [Description("The directory that is served, from the working directory or else from beside the program.")]
    public string Directory { get; init; } = "content";

    /// <summary>Files up to this many bytes are copied into packed memory.</summary>
    [Description("Files up to this many bytes are packed in memory; larger ones are mapped in place.")]
    [Limits(0, 1L << 30)]
    public int PackedFileBytes { get; init; } = 262_144;

    /// <summary>Most bytes of packed memory.</summary>
    [Description("Most bytes of packed memory; once it is full, small files are mapped too; null: half of "
        + "what the machine or the process's control group has beyond 192 MB, up to 4294967296.")]
    [Limits(1 << 20, 1L << 44)]
    public long? PackedBytes { get; init; }

    /// <summary>What the tags of mapped files are made of.</summary>
    [Description("What the tags of mapped files are made of: state (length, times, inode; known at once, of "
        + "this machine), or digest (their bytes, read at 100 MB/s; none until then; equal on all hosts).")]
    public ContentTags Tags { get; init; }

    /// <summary>Most files.</summary>
    [Description("Most files; a directory with more is not served.")]
    [Limits(1, 100_000_000)]
    public int Files { get; init; } = 4_000_000;

    /// <summary>Most directories within one another.</summary>
    [Description("Most directories within one another; deeper ones are left out.")]
    [Limits(1, 1000)]
    public int DirectoryDepth { get; init; } = 64;

    /// <summary>Threads that read small files at load.</summary>
    [Description("Threads that read small files at load.")]
    [Limits(1, 64)]
    public int LoadThreads { get; init; } = 2;

    /// <summary>Threads that bring large files into memory.</summary>
    [Description("Threads that bring large files into memory: so many can wait for storage.")]
    [Limits(1, 256)]
    public int ResidencyThreads { get; init; } = 4;
}
