namespace Straightwire.Stack.Tcp;

/// <summary>Yes-or-no state of a connection.</summary>
[Flags]
public enum TcpMarks : uint
{
    None = 0,

    /// <summary>Timestamps were negotiated (RFC 7323 §3.2).</summary>
    Timestamps = 1,

    /// <summary>SACK was negotiated (RFC 2018).</summary>
    Sack = 2,

    /// <summary>The session has finished: FIN follows the queue.</summary>
    FinQueued = 4,

    /// <summary>FIN was sent: the octet before SND.NXT.</summary>
    FinSent = 8,

    /// <summary>An acknowledgement is owed with this pass.</summary>
    AckOwed = 16,

    /// <summary>A FIN was received, in order or not: FinAt is its place.</summary>
    FinHeard = 32,

    /// <summary>The session asked for RST.</summary>
    AbortAsked = 128,

    /// <summary>
    /// A write was refused, or the session asked for it, and it is told when there is room.
    /// </summary>
    WantsWritable = 256,

    /// <summary>A round trip is being timed.</summary>
    Timing = 512,

    /// <summary>A probe (zero window or keep-alive) is owed with this pass.</summary>
    ProbeOwed = 1024,

    /// <summary>
    /// The next data may be smaller than the peer's window would like: the persist timer overrode (RFC 9293
    /// §3.8.6.2.1).
    /// </summary>
    Override = 2048,

    /// <summary>The peer's FIN was received in order.</summary>
    PeerFinished = 4096,

    /// <summary>
    /// The congestion window was filled since the last acknowledgement, so that it may grow (RFC 7661's
    /// reasoning).
    /// </summary>
    WindowLimited = 8192,

    /// <summary>A SYN is owed with this pass (active open, or its retransmission).</summary>
    SynOwed = 16384,

    /// <summary>Our data say ECT(0), and what the peer tells of congestion is heard (RFC 3168).</summary>
    EcnCapable = 1 << 15,

    /// <summary>The peer is told of CE in its data.</summary>
    EcnEchoing = 1 << 16,

    /// <summary>CE has come: each acknowledgement has ECE until the peer sends CWR.</summary>
    CongestionSeen = 1 << 17,

    /// <summary>The congestion window was reduced: the next new data have CWR.</summary>
    CwrOwed = 1 << 18,

    /// <summary>
    /// The same, for what was sent before <see cref="TcpConnection.RecoveryPoint"/>: that peers tell of
    /// congestion again is not news.
    /// </summary>
    Reduced = 1 << 19,

    /// <summary>A larger segment than the path is known to take is on its way.</summary>
    PathTrial = 1 << 20,

    /// <summary>
    /// What the congestion window was before this recovery is known, and nothing that was sent again is
    /// acknowledged yet (RFC 3522). Never without the mark that follows.
    /// </summary>
    Undoable = 1 << 21,

    /// <summary>The same, and duplicates may still tell that all of it was needless (RFC 3708).</summary>
    UndoableByDuplicates = 1 << 22,

    /// <summary>Segments of this connection were reordered (RFC 8985 §6.2, step 3).</summary>
    ReorderingSeen = 1 << 23,

    /// <summary>A duplicate has widened the reordering window, up to WidenedUntil.</summary>
    WindowWidened = 1 << 24,

    /// <summary>Something that was sent again is lost again.</summary>
    LostAgain = 1 << 25,

    /// <summary>A tail loss probe is owed with this pass (RFC 8985 §7.3).</summary>
    TailProbeOwed = 1 << 26,

    /// <summary>A tail loss probe is on its way.</summary>
    TailProbe = 1 << 27,

    /// <summary>It was sent before.</summary>
    TailProbeResent = 1 << 28,

    /// <summary>What its session takes in a round trip is measured (ReceiveWindow).</summary>
    Measured = 1 << 29,

    /// <summary>The peer's FIN was received, and the session was not yet shown all before it.</summary>
    FinUntold = 1 << 30,
}
