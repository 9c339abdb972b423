namespace Straightwire.Stack.Tcp;

/// <summary>
/// One connection's protocol. Every call comes from the shard's thread and returns at once; none allocates.
/// After <see cref="OnClosed"/> no further call comes, and the session may be given to another connection.
/// </summary>
public interface IStreamSession
{
    /// <summary>
    /// The handshake is complete; for a passive open, directly after <see cref="IStreamService.Accept"/>.
    /// </summary>
    void OnConnected(ref StreamOutput output);

    /// <summary>
    /// Bytes in order. Returns how many were consumed; the rest is shown again, with what follows it, when
    /// more arrives or when the send queue has room again, even after <see cref="OnPeerFinished"/>: in any
    /// number of parts while all of each is consumed, else <see cref="TcpLimits.ReceiveWindow"/> together or
    /// all that there is. What is not consumed narrows the receive window.
    /// </summary>
    int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output);

    /// <summary>
    /// The send queue has room again after it refused something or was waited for
    /// (<see cref="StreamOutput.WaitForAcknowledgement"/>), or has become empty.
    /// </summary>
    void OnWritable(ref StreamOutput output);

    /// <summary>
    /// The peer's FIN came, and all before it was shown. Sending may go on (half close). What is not consumed
    /// is shown again only until this side has finished, too: a session that wants it all consumes it first.
    /// </summary>
    void OnPeerFinished(ref StreamOutput output);

    /// <summary>The deadline set by <see cref="StreamOutput.SetDeadline"/> came; it is unset now.</summary>
    void OnDeadline(ref StreamOutput output);

    /// <summary>
    /// The program stops: finish once what was asked for is answered; an idle session finishes now.
    /// </summary>
    void OnDrain(ref StreamOutput output);

    /// <summary>
    /// Somebody called <see cref="IStreamNetwork.Notify"/>. Bytes that were not consumed are shown again
    /// after it. In an active open it may come before <see cref="OnConnected"/>.
    /// </summary>
    void OnNotified(ref StreamOutput output)
    {
    }

    /// <summary>The connection is gone.</summary>
    void OnClosed(StreamEnd end);
}
