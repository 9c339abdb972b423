using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Http;

/// <summary>What the logs of requests are told.</summary>
public sealed record HttpLogOptions
{
    /// <summary>A file in the Common Log Format; null: none.</summary>
    [Key("A file in the Common Log Format, times in UTC; null: none.")]
    public string? Common { get; init; }

    /// <summary>A file in the Combined Log Format; null: none.</summary>
    [Key("A file in the Combined Log Format, with Referer and User-Agent; null: none.")]
    public string? Combined { get; init; }

    /// <summary>A file with a JSON object on each line; null: none.</summary>
    [Key("A file with a JSON object on each line; null: none.")]
    public string? Json { get; init; }

    /// <summary>Whether lines of the first two begin with the host that was asked for.</summary>
    [Key("Lines of common and combined begin with the host that was asked for, and the port.")]
    public bool Vhost { get; init; }

    /// <summary>Bytes of each shard's records that wait.</summary>
    [Key("Bytes of each shard's records that wait to be written; more are dropped and counted. As many are "
        + "kept of large files that are under way.", Min = 262_144, Max = 1 << 30, IsPowerOfTwo = true)]
    public int QueueBytes { get; init; } = 4 << 20;

    /// <summary>Paths that are not logged; null: all are.</summary>
    [Key("Paths that are not logged, or patterns: \"/health\", \"/assets/**\", \"*.ico\"; null: none.",
        Items = 256)]
    public string[]? Skip { get; init; }

    /// <summary>The keys of files, each with its file.</summary>
    internal IEnumerable<(string Name, string? File)> Files =>
        [("common", Common), ("combined", Combined), ("json", Json)];
}
