namespace Straightwire.Stack.Neighbor;

/// <summary>What ARP did and dropped.</summary>
public sealed class NeighborCounters
{
}
