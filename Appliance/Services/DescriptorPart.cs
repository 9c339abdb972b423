namespace Straightwire.Appliance.Services;

/// <summary>Open files of one purpose.</summary>
/// <param name="What">What they are, for people.</param>
/// <param name="Count">How many.</param>
/// <param name="Key">The key that makes them fewer.</param>
public readonly record struct DescriptorPart(string What, long Count, string Key);
