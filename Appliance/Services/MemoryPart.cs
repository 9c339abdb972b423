namespace Straightwire.Appliance.Services;

/// <summary>Memory of one purpose.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="Bytes">How much.</param>
/// <param name="Key">The key that makes it smaller.</param>
public readonly record struct MemoryPart(string What, long Bytes, string Key);
