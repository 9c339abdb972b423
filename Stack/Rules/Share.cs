namespace Straightwire.Stack.Rules;

/// <summary>How the shards of a server share a limit.</summary>
public enum Share
{
    /// <summary>Each has all of it: a limit of one connection, or of what every shard has to know.</summary>
    Whole,

    /// <summary>Each has its part: memory, and rates.</summary>
    Part,
}
