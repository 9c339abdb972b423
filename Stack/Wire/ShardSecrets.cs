namespace Straightwire.Stack.Wire;

/// <summary>What must be unpredictable; drawn by Appliance, fixed in tests.</summary>
/// <param name="SequenceKey">Key of RFC 6528's initial sequence numbers.</param>
/// <param name="TableKey">Key of the flow table's hash.</param>
/// <param name="Seed">Seed of ephemeral ports and timestamp offsets.</param>
public readonly record struct ShardSecrets(UInt128 SequenceKey, UInt128 TableKey, ulong Seed)
{
    /// <summary>
    /// A secret for one use, told from others by its name: it says nothing of them, and they nothing of it.
    /// </summary>
    public ulong Derive(ulong use) => SipHash.Hash(TableKey, use, Seed);
}
