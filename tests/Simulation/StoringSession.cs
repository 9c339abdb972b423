using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation;

/// <summary>
/// A session that stores what it receives on a slow disk, through a bounded buffer: it consumes what the
/// buffer has room for, and is notified when the disk has written. It checks every byte, and finishes when
/// the peer has and all is written.
/// </summary>
public sealed class StoringSession(
    SimulatedWorld world,
    IStreamNetwork network,
    StreamPlan expects,
    int bufferLength,
    Func<TimeSpan> writeTime) : IStreamSession
{
    private readonly StreamChecker _checker = new(expects);
    private StreamId _id;
    private int _buffered;
    private int _left;
    private bool _writing;
    private bool _peerFinished;

    /// <summary>Bytes that arrived, were right and are written.</summary>
    public long Stored { get; private set; }

    /// <summary>Times that the buffer was full with more to take.</summary>
    public int Stalls { get; private set; }

    /// <summary>All that was to arrive is written, and the peer has finished.</summary>
    public bool IsComplete => _checker.IsComplete && _peerFinished && Stored == _checker.Received;

    /// <summary>How it ended; null while it lives.</summary>
    public StreamEnd? End { get; private set; }

    /// <summary>Who is told of the end.</summary>
    public Action? AtEnd { get; init; }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output) => _id = output.Id;

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int taken = Math.Min(received.Length, bufferLength - _buffered);
        _checker.Take(received[..taken]);
        _buffered += taken;
        _left = received.Length - taken;
        Stalls += _left > 0 ? 1 : 0;
        Write();
        return taken;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output)
    {
        _peerFinished = true;
        FinishOnceStored(ref output);
    }

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnNotified(ref StreamOutput output) => FinishOnceStored(ref output);

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end)
    {
        End = end;
        AtEnd?.Invoke();
    }

    private void FinishOnceStored(ref StreamOutput output)
    {
        if (_peerFinished && _left == 0 && _buffered == 0)
        {
            output.Finish();
        }
    }

    // One write at a time, of all that is buffered when it begins.
    private void Write()
    {
        if (_writing || _buffered == 0)
        {
            return;
        }
        _writing = true;
        int length = _buffered;
        world.Schedule(world.Now + writeTime(), () =>
        {
            _writing = false;
            _buffered -= length;
            Stored += length;
            Write();
            network.Notify(_id);
        });
    }
}
