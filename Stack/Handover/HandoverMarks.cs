namespace Straightwire.Stack.Handover;

/// <summary>What the shards that had it before say of it.</summary>
[Flags]
public enum HandoverMarks : byte
{
    /// <summary>Nothing is said of it.</summary>
    None = 0,

    /// <summary>It was given to the shard that its port belongs to, whose round this is.</summary>
    Directed = 1,

    /// <summary>An ARP reply: somebody had asked.</summary>
    Asked = 2,

    /// <summary>A fragment: it came in a broadcast frame.</summary>
    Broadcast = 4,

    /// <summary>An ARP packet that is not for us, and may contradict what is known.</summary>
    Overheard = 8,

    /// <summary>A segment: a router has marked it in place of dropping it (RFC 3168, CE).</summary>
    Congested = 16,
}
