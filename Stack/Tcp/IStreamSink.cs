using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp;

/// <summary>What a <see cref="StreamOutput"/> writes to: the TCP layer, or a recorder in tests.</summary>
public interface IStreamSink
{
    /// <summary>The connection's name beyond the call.</summary>
    StreamId IdOf(int connection);

    /// <summary>Slices that the connection's send queue still takes.</summary>
    int Room(int connection);

    /// <summary>Bytes that are queued and not acknowledged yet.</summary>
    long Unacknowledged(int connection);

    /// <summary>See <see cref="StreamOutput.SendAhead"/>.</summary>
    long SendAhead(int connection) => 128 * 1024;

    /// <summary>See <see cref="StreamOutput.TryWrite"/>.</summary>
    bool TryWrite(int connection, ReadOnlySpan<byte> bytes, Instant now);

    /// <summary>See <see cref="StreamOutput.TryWriteContent"/>.</summary>
    bool TryWriteContent(int connection, in ContentSlice slice, Instant now);

    /// <summary>See <see cref="StreamOutput.WaitForAcknowledgement"/>.</summary>
    void WaitForAcknowledgement(int connection)
    {
    }

    /// <summary>See <see cref="StreamOutput.Finish"/>.</summary>
    void Finish(int connection, Instant now);

    /// <summary>See <see cref="StreamOutput.Abort"/>.</summary>
    void Abort(int connection);

    /// <summary>See <see cref="StreamOutput.SetDeadline"/>.</summary>
    void SetDeadline(int connection, Instant deadline);
}
