using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Options;

/// <summary>What is served.</summary>
public sealed record ContentSettings
{
    /// <summary>The directory that is served.</summary>
    [Key("The directory that is served, from the working directory or else from beside the program.")]
    public string Directory { get; init; } = "content";

    /// <summary>Files up to this many bytes are copied into packed memory.</summary>
    [Key("Files up to this many bytes are packed in memory; larger ones are mapped in place.",
        Min = 0, Max = 1L << 30)]
    public int PackedFileBytes { get; init; } = 262_144;

    /// <summary>Most bytes of packed memory.</summary>
    [Key("Most bytes of packed memory; once it is full, small files are mapped too; null: half of "
        + "what the machine or the process's control group has beyond 192 MB, up to 4294967296.",
        Min = 1 << 20, Max = 1L << 44)]
    public long? PackedBytes { get; init; }

    /// <summary>What the tags of mapped files are made of.</summary>
    [Key("What the tags of mapped files are made of: state (length, times, inode; known at once, of "
        + "this machine), or digest (their bytes, read at 100 MB/s; none until then; equal on all hosts).")]
    public ContentTags Tags { get; init; }

    /// <summary>Most files.</summary>
    [Key("Most files; a directory with more is not served.", Min = 1, Max = 100_000_000)]
    public int Files { get; init; } = 4_000_000;

    /// <summary>Most directories within one another.</summary>
    [Key("Most directories within one another; deeper ones are left out.", Min = 1, Max = 1000)]
    public int DirectoryDepth { get; init; } = 64;

    /// <summary>Threads that read small files at load.</summary>
    [Key("Threads that read small files at load.", Min = 1, Max = 64)]
    public int LoadThreads { get; init; } = 2;

    /// <summary>Threads that bring large files into memory.</summary>
    [Key("Threads that bring large files into memory: so many can wait for storage.", Min = 1, Max = 256)]
    public int ResidencyThreads { get; init; } = 4;
}
