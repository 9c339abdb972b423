namespace Straightwire.Simulation.Tests;

/// <summary>What a run with several shards is drawn from.</summary>
internal static class ShardPlan
{
    /// <summary>
    /// Some shards, the way that frames are steered to them, and now and then little room between them.
    /// </summary>
    public static CablePlan Draw(ulong seed, CablePlan cable)
    {
        SeededRandom random = new(seed ^ 0x54A2D5);
        return cable with
        {
            Shards = random.Between(2, 4),
            Steering = random.Pick(Steering.Hash, Steering.Changing, Steering.Random, Steering.Random),
            HandoversMax = random.Pick(1000, 1000, 1000, 4),
        };
    }
}
