namespace Straightwire.Stack.Wire;

/// <summary>A run of ports.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last, at least the first.</param>
public readonly record struct PortSpan(ushort First, ushort Last)
{
    /// <summary>How many ports it has.</summary>
    public int Count => Last - First + 1;

    /// <summary>Whether a port is one of them.</summary>
    public bool Contains(ushort port) => port >= First && port <= Last;
}
