namespace Straightwire.Stack.Tcp;

/// <summary>What was under way when something of this program failed.</summary>
public enum FaultPlace
{
    /// <summary>A frame below TCP: Ethernet, ARP, IP, ICMP or UDP.</summary>
    Frame,

    /// <summary>A received segment, and what its connection's session does about it.</summary>
    Segment,

    /// <summary>An ICMP error about a connection.</summary>
    PathError,

    /// <summary>A half-open connection's timer.</summary>
    HalfOpen,

    /// <summary>A connection's timers, and its session's deadline.</summary>
    Timer,

    /// <summary>A connection that waited for room, for content or for its next hop.</summary>
    Room,

    /// <summary>Building a connection's segments.</summary>
    Output,

    /// <summary>A notice to a session.</summary>
    Notice,

    /// <summary>What other threads have finished for a session.</summary>
    Answer,

    /// <summary>Asking a session to finish.</summary>
    Drain,

    /// <summary>The end of a connection.</summary>
    Close,
}
