namespace Straightwire.Stack.Rules;

/// <summary>
/// Declares a key of the configuration: a property of a record of options, whose name it has in camelCase and
/// whose initializer is its default; or a section, a property that is such a record itself. The reader, the
/// schema and the configuration with all defaults have what they say of it from here.
/// </summary>
/// <param name="text">
/// What it is, with its unit, as sentences; and what null stands for, where it may be null.
/// </param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string text) : Attribute
{
    /// <summary>What it is, as sentences.</summary>
    public string Text => text;

    /// <summary>The least that a number may be.</summary>
    public long Min { get; init; } = long.MinValue;

    /// <summary>The most that a number may be.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>Whether a number must be a power of two.</summary>
    public bool IsPowerOfTwo { get; init; }

    /// <summary>The least that a time may be, as <see cref="Time.Duration"/> is written.</summary>
    public string? From { get; init; }

    /// <summary>The most that a time may be, likewise.</summary>
    public string? To { get; init; }

    /// <summary>What a text, or each of a list, stands for.</summary>
    public KeyFormat Format { get; init; }

    /// <summary>The most elements that a list, or names that an object, may have.</summary>
    public int Items { get; init; } = int.MaxValue;

    /// <summary>Whether an object's values may be null.</summary>
    public bool HasNullItems { get; init; }

    /// <summary>
    /// In a section that has another record's keys too: the one of them behind which it stands, with those
    /// that are declared after it; null: in front of them.
    /// </summary>
    public string? After { get; init; }

    /// <summary>A value as JSON, to show where the default is none; null: the default is one.</summary>
    public string? Example { get; init; }

    /// <summary>How the shards of a server share a limit.</summary>
    public Share Share { get; init; }

    /// <summary>The least that one shard's part is made, where all have as much.</summary>
    public int PartMin { get; init; } = 1;

    /// <summary>The property beside it whose value one shard's part is made at least; null: none.</summary>
    public string? PartMinOf { get; init; }
}
