namespace Straightwire.Stack.Tcp;

/// <summary>How a connection ended.</summary>
public enum StreamEnd
{
    /// <summary>Both sides finished and all was acknowledged.</summary>
    Closed,

    /// <summary>The peer sent RST.</summary>
    ResetByPeer,

    /// <summary>The session called <see cref="StreamOutput.Abort"/>.</summary>
    Aborted,

    /// <summary>
    /// The peer fell silent: retransmissions, probes or keep-alives went unanswered, or it held its window
    /// shut (RFC 9293 §3.8.3).
    /// </summary>
    TimedOut,

    /// <summary>Content that was being sent is gone (a truncated file).</summary>
    ContentFault,

    /// <summary>An active open was refused or not answered.</summary>
    ConnectFailed,

    /// <summary>The program stops, or a limit evicted the connection.</summary>
    Evicted,

    /// <summary>A fault of this program, in the session or in its connection.</summary>
    Faulted,
}
