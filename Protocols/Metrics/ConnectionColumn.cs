using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Metrics;

/// <summary>A number that a listing tells of a connection.</summary>
/// <param name="Name">Its name in JSON, with its unit last; never changed, since programs read it.</param>
/// <param name="Heading">What stands above it in the table.</param>
/// <param name="Width">Characters that it has in the table, if it is no longer.</param>
/// <param name="Of">Its value; null: there is none.</param>
internal sealed record ConnectionColumn(
    string Name, string Heading, int Width, ConnectionColumn.Fact Of)
{
    /// <summary>Reads a number of a connection.</summary>
    public delegate long? Fact(in ConnectionFacts facts);

    /// <summary>
    /// Whether the value is nanoseconds: JSON has seconds, as metrics have, and the table milliseconds.
    /// </summary>
    public bool IsTime { get; init; }

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<ConnectionColumn> All { get; } =
    [
        Time("rtt_seconds", "rtt,ms", (in facts) => OrNone(facts.Block.SrttNanoseconds)),
        Time("rtt_variation_seconds", "var,ms", (in facts) => OrNone(facts.Block.RttvarNanoseconds)),
        Time("rtt_least_seconds", "least,ms", (in facts) => OrNone(facts.Block.MinRttNanoseconds)),
        Time("rto_seconds", "rto,ms", (in facts) => facts.RtoNanoseconds),
        new("backoff", "backoff", 7, (in facts) => facts.Block.Backoff),
        new("mss_bytes", "mss", 5, (in facts) => facts.Block.SegmentSize),
        new("cwnd_bytes", "cwnd", 9, (in facts) => facts.Block.Cwnd),
        new("cwnd_segments", "segments", 8, (in facts) => facts.CwndSegments),
        new("ssthresh_bytes", "ssthresh", 9, (in facts) => facts.Ssthresh),
        new("flight_bytes", "flight", 9, (in facts) => facts.Block.FlightSize),
        new("sacked_bytes", "sacked", 8, (in facts) => facts.SackedBytes),
        new("unsent_bytes", "unsent", 11, (in facts) => facts.Block.UnsentBytes),
        new("acknowledged_bytes", "acked", 12, (in facts) => facts.Block.AcknowledgedBytes),
        new("received_bytes", "received", 12, (in facts) => facts.Block.DeliveredBytes),
        new("unread_bytes", "unread", 7, (in facts) => facts.Block.ReceivedBytes),
        new("resent_bytes", "resent", 8, (in facts) => facts.Block.ResentBytes),
        new("resent_segments", "times", 6, (in facts) => facts.Block.ResentSegments),
        new("reordering_seen", "reordered", 9,
            (in facts) => facts.Block.Is(TcpMarks.ReorderingSeen) ? 1 : 0),
        new("ecn", "ecn", 3, (in facts) => facts.Block.Is(TcpMarks.EcnCapable) ? 1 : 0),
        new("delivery_bytes_per_second", "delivery/s", 11,
            (in facts) => OrNone((long)facts.Block.DeliveryRate)),
        new("peer_window_bytes", "peer-wnd", 9, (in facts) => facts.Block.SndWnd),
        new("window_bytes", "wnd", 8, (in facts) => facts.Block.RcvWnd),
        Time("sent_ago_seconds", "sent,ms", (in facts) => facts.SinceSent),
        Time("progress_ago_seconds", "progress,ms", (in facts) => facts.SinceProgress),
    ];

    private static ConnectionColumn Time(string name, string heading, Fact of) =>
        new(name, heading, 11, of) { IsTime = true };

    // What was never measured is 0 in a control block.
    private static long? OrNone(long value) => value == 0 ? null : value;
}
