namespace Straightwire.Protocols.Content;

/// <summary>What became of a request target's path.</summary>
public enum CanonicalPathResult
{
    /// <summary>The destination holds the canonical path.</summary>
    Ok,

    /// <summary>No path that a client may ask for: answer 400.</summary>
    Malformed,
}
