using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests.Shown;

/// <summary>What watched sessions found, kept here because a stack may survive what they throw.</summary>
internal sealed class ShownWatch
{
    /// <summary>What was not as it should be.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Sessions that ended as one does that was aborted.</summary>
    public long Aborted { get; set; }

    /// <summary>Times that something was shown again.</summary>
    public long ShownAgain { get; set; }

    /// <summary>Bytes of the longest view.</summary>
    public int LongestView { get; set; }

    /// <summary>Sessions that have begun and not ended.</summary>
    public int Open { get; set; }
}

/// <summary>
/// Stands between a stack and a session: what was shown and left is shown again, the same bytes and no fewer,
/// and what is shown is what the peer sent, where that is known.
/// </summary>
internal sealed class WatchedSession(IStreamSession inner, ShownWatch watch, byte[]? stream) : IStreamSession
{
    private byte[] _left = [];
    private long _consumed;

    public void OnConnected(ref StreamOutput output)
    {
        watch.Open++;
        try
        {
            inner.OnConnected(ref output);
        }
        catch (Exception exception)
        {
            Tell(exception);
            throw;
        }
    }

    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        if (received.Length < _left.Length || !received.StartsWith(_left))
        {
            watch.Violations.Add($"after {_consumed} bytes {_left.Length} were left, and {received.Length} "
                + "are shown" + (received.Length < _left.Length ? "" : ", others than before"));
        }
        if (stream is not null && !stream.AsSpan((int)_consumed).StartsWith(received))
        {
            watch.Violations.Add($"after {_consumed} bytes {received.Length} are shown that were not sent");
        }
        watch.ShownAgain += _left.Length > 0 ? 1 : 0;
        watch.LongestView = Math.Max(watch.LongestView, received.Length);
        int taken = 0;
        try
        {
            taken = inner.OnReceived(received, ref output);
        }
        catch (Exception exception)
        {
            Tell(exception);
            throw;
        }
        _consumed += taken;
        _left = received[taken..].ToArray();
        return taken;
    }

    public void OnWritable(ref StreamOutput output) => inner.OnWritable(ref output);

    public void OnPeerFinished(ref StreamOutput output) => inner.OnPeerFinished(ref output);

    public void OnDeadline(ref StreamOutput output) => inner.OnDeadline(ref output);

    public void OnDrain(ref StreamOutput output) => inner.OnDrain(ref output);

    public void OnNotified(ref StreamOutput output) => inner.OnNotified(ref output);

    public void OnClosed(StreamEnd end)
    {
        watch.Open--;
        watch.Aborted += end == StreamEnd.Aborted ? 1 : 0;
        inner.OnClosed(end);
    }

    private void Tell(Exception exception) => watch.Violations.Add($"it throws: {exception}");
}

/// <summary>A service whose sessions are watched.</summary>
internal sealed class WatchedService(
    IStreamService inner, ShownWatch watch, Func<FlowKey, byte[]?> streams) : IStreamService
{
    public ushort Port => inner.Port;

    public IStreamSession? Accept(in StreamInfo info) => inner.Accept(in info) is { } session
        ? new WatchedSession(session, watch, streams(info.Flow))
        : null;
}

/// <summary>A network that has the sessions watched that it is given.</summary>
internal sealed class WatchedNetwork(IStreamNetwork inner, ShownWatch watch) : IStreamNetwork
{
    public bool TryConnect(
        in FlowKey flow, IStreamSession session, Stack.Time.Instant now, out StreamId stream) =>
        inner.TryConnect(in flow, new WatchedSession(session, watch, null), now, out stream);

    public bool TryExpect(ushort port, IpAddress peer, IStreamSession session) =>
        inner.TryExpect(port, peer, new WatchedSession(session, watch, null));

    public void Unexpect(ushort port, IpAddress peer) => inner.Unexpect(port, peer);

    public void Notify(StreamId stream) => inner.Notify(stream);

    public void Isolate<T>(StreamId stream, Stack.Time.Instant now, in T argument, Action<T> action) =>
        inner.Isolate(stream, now, in argument, action);
}
