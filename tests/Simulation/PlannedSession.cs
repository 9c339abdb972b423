using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>When a side finishes.</summary>
public enum FinishTime
{
    /// <summary>As soon as all is written: half close while the other side goes on.</summary>
    WhenWritten,

    /// <summary>Once the peer has finished and all is written.</summary>
    AfterPeer,

    /// <summary>Once all is received and written: both sides at about the same time.</summary>
    WhenComplete,
}

/// <summary>What one side of a planned connection does.</summary>
public sealed record SessionPlan
{
    /// <summary>What it sends.</summary>
    public required StreamPlan Sends { get; init; }

    /// <summary>What it is to receive.</summary>
    public required StreamPlan Expects { get; init; }

    /// <summary>When it finishes.</summary>
    public FinishTime Finish { get; init; }

    /// <summary>
    /// It consumes whole records of so many bytes only, and the rest at the end of the stream.
    /// </summary>
    public int RecordLength { get; init; } = 1;

    /// <summary>It resets the connection once it has received so many bytes; negative: never.</summary>
    public long AbortAfter { get; init; } = -1;

    /// <summary>It waits so long before it writes, and again between pieces.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>
    /// It writes back what it receives instead of its own plan, and consumes only what it could write.
    /// </summary>
    public bool Echoes { get; init; }
}

/// <summary>A session that does what is planned and checks all that it receives.</summary>
public sealed class PlannedSession(SessionPlan plan) : IStreamSession
{
    private readonly StreamChecker _checker = new(plan.Expects);
    private int _nextPiece;
    private Instant _pausedUntil;
    private bool _peerFinished;
    private bool _finished;

    /// <summary>What it does.</summary>
    public SessionPlan Plan { get; } = plan;

    /// <summary>Bytes that arrived and were right.</summary>
    public long Received => _checker.Received;

    /// <summary>All that was to arrive arrived, and the peer finished.</summary>
    public bool IsComplete => _checker.IsComplete && _peerFinished;

    /// <summary>How it ended; null while it lives.</summary>
    public StreamEnd? End { get; private set; }

    /// <summary>Who is told of the end.</summary>
    public Action? AtEnd { get; init; }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output) => Push(ref output);

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        Require(End is null && !received.IsEmpty, "data is shown within a stream");
        bool ends = Received + received.Length == Plan.Expects.Length;
        int taken = Plan.Echoes ? Echo(received, ref output)
            : ends ? received.Length
            : received.Length / Plan.RecordLength * Plan.RecordLength;
        _checker.Take(received[..taken]);
        if (Plan.AbortAfter >= 0 && Received >= Plan.AbortAfter)
        {
            _finished = true;
            output.Abort();
            return taken;
        }
        Push(ref output);
        return taken;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output) => Push(ref output);

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output)
    {
        Require(End is null && !_peerFinished, "a peer finishes once");
        _peerFinished = true;
        Push(ref output);
    }

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output) => Push(ref output);

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end)
    {
        Require(End is null, "a session ends once");
        End = end;
        AtEnd?.Invoke();
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new SimulationException(rule);
        }
    }

    private int Echo(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int taken = 0;
        while (taken < received.Length)
        {
            ReadOnlySpan<byte> part = received.Slice(taken, Math.Min(600, received.Length - taken));
            if (!output.TryWrite(part))
            {
                break;
            }
            taken += part.Length;
        }
        return taken;
    }

    private void Push(ref StreamOutput output)
    {
        if (_finished)
        {
            return;
        }
        if (!Plan.Echoes && !TryWriteAll(ref output))
        {
            return;
        }
        bool isTime = Plan.Finish switch
        {
            FinishTime.WhenWritten => !Plan.Echoes || _checker.IsComplete,
            FinishTime.AfterPeer => _peerFinished && (!Plan.Echoes || _checker.IsComplete),
            _ => _checker.IsComplete,
        };
        if (isTime)
        {
            _finished = true;
            output.Finish();
            Require(!output.TryWrite([0]), "nothing is written after the end");
        }
    }

    private bool TryWriteAll(ref StreamOutput output)
    {
        while (_nextPiece < Plan.Sends.Pieces.Count)
        {
            if (output.Now < _pausedUntil)
            {
                return false;
            }
            PlannedPiece piece = Plan.Sends.Pieces[_nextPiece];
            bool written = piece.IsCopied
                ? output.TryWrite(StreamPlan.BytesOf(piece))
                : output.TryWriteContent(StreamPlan.SliceOf(piece));
            if (!written)
            {
                return false;
            }
            _nextPiece++;
            if (Plan.Pause > TimeSpan.Zero)
            {
                _pausedUntil = output.Now + Plan.Pause;
                output.SetDeadline(_pausedUntil);
            }
        }
        return true;
    }
}
