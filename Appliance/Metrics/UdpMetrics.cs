using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Udp;

namespace Straightwire.Appliance.Metrics;

/// <summary>What UDP did and dropped.</summary>
internal static class UdpMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, UdpCounters counters)
    {
        text.Counter("udp_datagrams_delivered", "Datagrams shown to a service.", counters.DatagramsDelivered);
        text.Counter("udp_replies_sent", "Answers sent.", counters.RepliesSent);
        text.Counter("udp_malformed",
            "Datagrams shorter than their header or their length says.", counters.Malformed);
        text.Counter("udp_checksum_errors", "Datagrams with a wrong checksum.", counters.ChecksumErrors);
        text.Counter("udp_source_ports_zero",
            "Datagrams from port 0, which nobody can answer.", counters.SourcePortsZero);
        text.Counter("udp_ports_unknown", "Datagrams for ports without a service.", counters.PortsUnknown);
    }
}
