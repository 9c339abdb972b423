namespace Straightwire.Stack.Tcp;

/// <summary>What <see cref="TcpInput"/> decided; the layer acts on it in one place.</summary>
[Flags]
public enum TcpActions
{
    None = 0,

    /// <summary>An acknowledgement is owed with this pass.</summary>
    AckNow = 1,

    /// <summary>Sending may be possible now: acknowledged, window opened, or something is lost.</summary>
    Send = 2,

    /// <summary>The handshake is complete.</summary>
    Connected = 4,

    /// <summary>The segment's payload, trimmed to the window, is to be received.</summary>
    Receive = 8,

    /// <summary>The FIN is in order once the payload is received.</summary>
    Finish = 16,

    /// <summary>The peer reset the connection, or refused it.</summary>
    Reset = 32,

    /// <summary>Everything is done: to CLOSED.</summary>
    Close = 64,

    /// <summary>To TIME-WAIT; the session is done.</summary>
    EnterTimeWait = 128,

    /// <summary>A challenge ACK, within its limits (RFC 5961).</summary>
    Challenge = 256,

    /// <summary>
    /// The segment itself is answered with RST (RFC 9293 §3.10.7.4, fifth check, SYN-RECEIVED).
    /// </summary>
    ResetSender = 512,

    /// <summary>A new SYN in TIME-WAIT may open the connection anew (RFC 6191).</summary>
    Reopen = 1024,

    /// <summary>Queue space was freed.</summary>
    Writable = 2048,
}
