using System.Diagnostics;
using System.Reflection;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Ftp;
using Straightwire.Appliance.Hosting;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack;

namespace Straightwire.Appliance.Metrics;

/// <summary>
/// All metrics of the process: sums over its shards, whose counters are read as they are, without a lock.
/// Rendered on the first shard's thread.
/// </summary>
/// <param name="shards">Their counters, connections and pools.</param>
/// <param name="store">The content of the process.</param>
/// <param name="peers">Who connects to any of the shards.</param>
public sealed class ShardMetrics(IReadOnlyList<ServerShard> shards, ContentStore store, PeerTable peers)
    : IMetricsSource
{
    private static readonly string Version = typeof(ShardMetrics).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private readonly long _startUnixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private readonly long _started = Stopwatch.GetTimestamp();
    private volatile bool _isDraining;

    /// <summary>FTP's log; null when there is none.</summary>
    public TransferLog? FtpLog { get; init; }

    /// <summary>Knows of jobs of helper threads that failed; null: there is none.</summary>
    public FaultLog? Faults { get; init; }

    /// <summary>The service that asks here.</summary>
    public MetricsService? Service { get; set; }

    /// <inheritdoc/>
    public bool IsReady => !_isDraining && shards[0].Content.Current.Number > 0;

    /// <summary>The program stops: it is not ready any more. From any thread.</summary>
    public void Drain() => _isDraining = true;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Render()
    {
        var text = new MetricsText();
        WriteProcess(text);
        WriteShard(text);
        WriteEachShard(text);
        WriteContent(text);
        HandoverMetrics.Write(text, CounterSum.Of(shards, shard => shard.Stack.Counters.Handover));
        NeighborMetrics.Write(text, CounterSum.Of(shards, shard => shard.Stack.Counters.Neighbor));
        IpMetrics.Write(text, CounterSum.Of(shards, shard => shard.Stack.Counters.Ip));
        UdpMetrics.Write(text, CounterSum.Of(shards, shard => shard.Stack.Counters.Udp));
        TcpMetrics.Write(text, CounterSum.Of(shards, shard => shard.Stack.Counters.Tcp));
        HttpMetrics.Write(text, CounterSum.Of(shards, shard => shard.Http.Counters));
        if (shards[0].Ftp is not null)
        {
            text.Gauge("ftp_clients",
                "Control connections now.", shards.Sum(shard => shard.Ftp!.ClientCount));
            FtpMetrics.Write(text, CounterSum.Of(shards, shard => shard.Ftp!.Counters));
        }
        if (FtpLog is not null)
        {
            text.Counter("ftp_log_records_dropped",
                "Records that were not logged because the log could not keep up.", FtpLog.Dropped);
            text.Counter("ftp_log_failures", "Writes of logs that failed.", FtpLog.Failures);
        }
        if (Service is not null)
        {
            WriteOwn(text, Service.Counters);
        }
        return text.Written;
    }

    private void WriteProcess(MetricsText text)
    {
        text.Info("build_info", "The program's version.", "version", Version);
        text.Gauge("start_time_seconds", "When the server started, seconds since 1970.", _startUnixSeconds);
        text.Gauge("uptime_seconds", "Time since then.", Stopwatch.GetElapsedTime(_started).TotalSeconds);
        text.Gauge("resident_memory_bytes", "Memory of the process that is in use.", Environment.WorkingSet);
        text.Gauge("managed_memory_bytes", "Of that, the managed heap.", GC.GetTotalMemory(false));
        text.Counter("managed_collections", "Collections of the managed heap.", GC.CollectionCount(0));
        text.Counter("cpu_seconds",
            "Processor time of the process.", Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private void WriteShard(MetricsText text)
    {
        ShardCounters counters = CounterSum.Of(shards, shard => shard.Stack.Counters);
        text.Counter("link_frames_received", "Frames received.", counters.FramesReceived);
        text.Counter("link_bytes_received", "Bytes of frames received.", counters.BytesReceived);
        text.Counter("link_frames_lost",
            "Frames that had no room until they were received, as far as the link knows.",
            shards.Sum(shard => shard.Stack.Link.FramesLost));
        text.Counter("link_segments_lost",
            "Segments lost because the interface was down or had no room.",
            shards.Sum(shard => shard.Stack.Link.SegmentsLost));
        text.Counter("link_segments_sent",
            "Frames sent; one that the link cuts counts once.", counters.SegmentsSent);
        text.Counter("link_bytes_sent", "Bytes of frames sent, as the link takes them.", counters.BytesSent);
        text.Counter("link_transmit_stalls", "Times that the link had no room.", counters.TransmitStalls);
        text.Counter("link_transmit_faults",
            "Frames not sent because their content is gone.", counters.TransmitFaults);
        text.Counter("frame_faults",
            "Frames dropped because of a fault of this program; see the log.", counters.FrameFaults);
        text.Counter("job_faults",
            "Jobs of helper threads that failed because of a fault of this program; see the log.",
            Faults?.JobFaults ?? 0);
        text.Gauge("connections",
            "TCP connections in all states but CLOSED and TIME-WAIT.",
            shards.Sum(shard => shard.Stack.ConnectionCount));
        text.Gauge("peers", "Peers that the server holds something of.", peers.CountHeld());
        text.Counter("peers_unlimited",
            "Times that a peer had no limits, because more were known than there is room for.",
            peers.Overflows);
        text.Gauge("pool_frames",
            "Frames for generated bytes.", shards.Sum(shard => shard.Stack.Pool.FrameCount));
        text.Gauge("pool_frames_free",
            "Of those, the ones that are free.", shards.Sum(shard => shard.Stack.Pool.FreeCount));
        text.Counter("pool_exhausted",
            "Times that no frame was free.", shards.Sum(shard => shard.Stack.Pool.Exhausted));
    }

    private void WriteEachShard(MetricsText text)
    {
        text.Gauge("shards", "Threads that serve.", shards.Count);
        text.Gauges("shard_connections", "TCP connections of each of them.", "shard",
            shards.Select(shard => (long)shard.Stack.ConnectionCount));
        text.Counters("shard_frames_received", "Frames that the link gave to each.", "shard",
            shards.Select(shard => shard.Stack.Counters.FramesReceived));
        text.Counters("shard_connections_accepted", "TCP connections that each has accepted.", "shard",
            shards.Select(shard => shard.Stack.Counters.Tcp.Accepted));
        text.Counters("shard_handed_over", "Of what came to each, handed over to another.", "shard",
            shards.Select(shard => shard.Stack.Counters.Handover.HandedOver));
    }

    // The summary is another thread's: while the content changes, its numbers may be of two generations.
    private void WriteContent(MetricsText text)
    {
        ContentSummary summary = store.Summary;
        text.Gauge("content_generation", "The generation that is served.", shards[0].Content.Current.Number);
        text.Gauge("content_files", "Files that are served.", summary.Files);
        text.Gauge("content_packed_bytes", "Bytes in packed memory.", summary.PackedBytes);
        text.Gauge("content_mapped_bytes", "Bytes of files that are mapped in place.", summary.MappedBytes);
        text.Gauge("content_left_out", "Names that are not served and were meant to be.", summary.LeftOut);
        text.Gauge("content_untagged_files",
            "Large files that have no tag yet, since their bytes are still to be read.", store.UntaggedFiles);
        text.Counter("content_changed_files",
            "Files whose bytes changed while they were served.", store.ChangedFiles);
        text.Counter("content_faulted_files",
            "Files that were truncated or could not be read while they were served.", store.FaultedFiles);
    }

    private static void WriteOwn(MetricsText text, MetricsCounters counters)
    {
        text.Counter("metrics_connections", "Connections that asked for metrics.", counters.Connections);
        text.Counter("metrics_peers_refused",
            "Connections reset because their peer may not ask.", counters.PeersRefused);
        text.Counter("metrics_clients_refused",
            "Connections reset because there were too many.", counters.ClientsRefused);
        text.Counter("metrics_clients_displaced",
            "Connections reset for another one, because there were too many.", counters.ClientsDisplaced);
        text.Counter("metrics_requests", "Requests answered.", counters.Requests);
        text.Counter("metrics_errors", "Of those, with an error.", counters.Errors);
        text.Counter("metrics_idle_timeouts",
            "Connections finished because no request came.", counters.IdleTimeouts);
    }
}
