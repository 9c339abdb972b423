using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Udp;

/// <summary>Where a datagram came from and to.</summary>
public readonly record struct DatagramInfo(
    Ipv4Address LocalAddress, ushort LocalPort, Ipv4Address RemoteAddress, ushort RemotePort, Instant Now);

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
