namespace Straightwire.Stack.Tcp;

/// <summary>What <see cref="TcpInput"/> decided; the layer acts on it in one place.</summary>
[Flags]
public enum TcpActions
{
    None = 0,

    /// <summary>Sending may be possible now: acknowledged, window opened, or something is lost.</summary>
    Send = 1,

    /// <summary>The handshake is complete.</summary>
    Connected = 2,

    /// <summary>The segment's payload, trimmed to the window, is to be received, and its FIN.</summary>
    Receive = 4,

    /// <summary>The peer's FIN is in order: the session is told.</summary>
    PeerFinished = 8,

    /// <summary>The peer reset the connection, or refused it.</summary>
    Reset = 16,

    /// <summary>Everything is done: to CLOSED.</summary>
    Close = 32,

    /// <summary>To TIME-WAIT; the session is done.</summary>
    EnterTimeWait = 64,

    /// <summary>A challenge ACK, within its limits (RFC 5961).</summary>
    Challenge = 128,

    /// <summary>
    /// The segment itself is answered with RST (RFC 9293 §3.10.7.4, fifth check, SYN-RECEIVED).
    /// </summary>
    ResetSender = 256,

    /// <summary>A new SYN in TIME-WAIT may open the connection anew (RFC 6191).</summary>
    Reopen = 512,

    /// <summary>Queue space was freed.</summary>
    Writable = 1024,
}
