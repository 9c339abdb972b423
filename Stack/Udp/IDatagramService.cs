namespace Straightwire.Stack.Udp;

/// <summary>A protocol on a UDP port: one question, at most one answer.</summary>
public interface IDatagramService
{
    /// <summary>The port that it answers on.</summary>
    ushort Port { get; }

    /// <summary>
    /// Writes an answer to <paramref name="reply"/> and returns its length in bytes; 0 sends none.
    /// </summary>
    int Answer(in DatagramInfo info, ReadOnlySpan<byte> query, Span<byte> reply);
}
