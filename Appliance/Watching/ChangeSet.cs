using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Watching;

/// <summary>Changes that are looked at together.</summary>
/// <param name="Paths">Canonical paths, each with when it changed first; null: everything.</param>
/// <param name="First">When the first of them changed.</param>
internal sealed record ChangeSet(Dictionary<string, Instant>? Paths, Instant First);
