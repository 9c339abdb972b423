using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What a service may ask of its shard's TCP beyond the connection that is being called, for protocols of
/// several connections. All of it from the shard's thread.
/// </summary>
public interface IStreamNetwork
{
    /// <summary>
    /// Opens a connection (RFC 9293 §3.10.1); false when the flow exists, or the table or the ports are full.
    /// A local port of 0 draws one. The session is told <see cref="IStreamSession.OnConnected"/>, or
    /// <see cref="IStreamSession.OnClosed"/> with <see cref="StreamEnd.ConnectFailed"/>. A flow in TIME-WAIT
    /// is opened anew when both sides used timestamps and what it sent last was sent a millisecond ago or
    /// more.
    /// </summary>
    /// <param name="flow">Addresses and ports of both ends.</param>
    /// <param name="session">Who is told what becomes of it.</param>
    /// <param name="now">The instant of this pass.</param>
    /// <param name="stream">
    /// The connection's name: a session that is notified while the handshake lasts may give it up by
    /// <see cref="StreamOutput.Abort"/>, or bound it by <see cref="StreamOutput.SetDeadline"/>.
    /// </param>
    bool TryConnect(in FlowKey flow, IStreamSession session, Instant now, out StreamId stream);

    /// <summary>As above, for who does not need the name before the handshake is complete.</summary>
    bool TryConnect(in FlowKey flow, IStreamSession session, Instant now) =>
        TryConnect(in flow, session, now, out _);

    /// <summary>
    /// The next connection from one peer's address to a port is the session's, which is told
    /// <see cref="IStreamSession.OnConnected"/>. To everyone else the port is closed. False when that peer is
    /// expected there already, a service listens on the port, or <see cref="TcpLimits.ExpectedMax"/> are
    /// expected.
    /// </summary>
    bool TryExpect(ushort port, IpAddress peer, IStreamSession session);

    /// <summary>Ends an expectation that nobody has met; does nothing when there is none.</summary>
    void Unexpect(ushort port, IpAddress peer);

    /// <summary>
    /// <see cref="IStreamSession.OnNotified"/> comes before the shard sends, once for any number of calls;
    /// nothing comes when the connection is gone by then. It may come unasked.
    /// </summary>
    void Notify(StreamId stream);

    /// <summary>
    /// What has become of what was sent on a connection; also while its session is told that it is closed.
    /// </summary>
    StreamProgress ProgressOf(StreamId stream) => default;

    /// <summary>
    /// Does something for a connection that is not being called, as telling its session what another thread
    /// has found out. What it throws ends that connection as a fault of its session does, and is not seen
    /// here; when the connection is gone by then, it is counted and told of.
    /// </summary>
    /// <param name="stream">Whose fault it is.</param>
    /// <param name="now">The instant of this pass.</param>
    /// <param name="argument">What <paramref name="action"/> is given.</param>
    /// <param name="action">It; static, so that nothing is allocated.</param>
    void Isolate<T>(StreamId stream, Instant now, in T argument, Action<T> action) => action(argument);
}
