namespace Straightwire.Simulation;

/// <summary>Which shard of a server a frame comes to.</summary>
public enum Steering
{
    /// <summary>A flow's frames all come to one shard, whichever that is.</summary>
    Hash,

    /// <summary>The same, but every now and then flows come to other shards than before.</summary>
    Changing,

    /// <summary>Each frame comes to any shard.</summary>
    Random,
}
