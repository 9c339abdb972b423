namespace Straightwire.Stack.Tcp;

/// <summary>
/// The states of RFC 9293 §3.3.2. LISTEN is an <see cref="IStreamService"/>, and passive SYN-RECEIVED an
/// entry of <see cref="SynTable"/>.
/// </summary>
public enum TcpState : byte
{
    Closed,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
}
