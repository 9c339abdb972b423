using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Capture;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Options;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Pcap;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Hosting;

/// <summary>The queues of an open link, one for each shard, and what looks at their frames.</summary>
/// <param name="options">All that is configured.</param>
/// <param name="grant">The link.</param>
/// <param name="regions">The content that a link reaches by itself.</param>
/// <param name="logger">Told of queues that are missing, and of frames.</param>
internal sealed class LinkQueues(
    ApplianceOptions options, LinkGrant grant, RegionTable regions, ILogger logger) : IDisposable
{
    private readonly List<ILinkDevice> _devices = [];
    private PcapngWriter? _capture;

    /// <summary>The devices, without what looks at their frames.</summary>
    public IReadOnlyList<ILinkDevice> Devices => _devices;

    /// <summary>
    /// Makes the devices, each with its view of the content. A link may have fewer queues than were asked
    /// for.
    /// </summary>
    public ShardContent[] Adopt(ContentStore store)
    {
        int wanted = options.ToShardCount();
        var contents = new ShardContent[Math.Max(1, grant.Queues.Length)];
        if (contents.Length < wanted)
        {
            // Nobody asked for one shard for each CPU.
            logger.Log(
                options.Server.Shards == 0 ? LogLevel.Information : LogLevel.Warning,
                "Shards: {Count} run, and not {Wanted}, since {Interface} has no more queues",
                contents.Length, wanted, grant.Interface);
        }
        for (int i = 0; i < contents.Length; i++)
        {
            int queue = i;
            contents[i] = store.AddShard(() => _devices[queue].Wake());
            _devices.Add(LinkOpener.Adopt(grant, queue, regions, contents[i]));
        }
        return contents;
    }

    /// <summary>Opens the capture, if there is to be one.</summary>
    /// <param name="handed">Its descriptor, when an image before this one has opened it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void OpenCapture(int? handed)
    {
        if (options.Server.Pcap is not { } path)
        {
            return;
        }
        _capture = new PcapngWriter(handed is { } open
            ? new FileStream(new SafeFileHandle(open, ownsHandle: true), FileAccess.Write, bufferSize: 0)
            : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0));
        _capture.Begin("straightwire", grant.Interface);
    }

    /// <summary>A shard's queue, with what looks at its frames.</summary>
    public ILinkDevice Observed(int number, ShardContent content)
    {
        ILinkDevice link = _devices[number];
        if (_capture is not null)
        {
            link = new CaptureLink(
                link, content, _capture, MonotonicClock.Now, DateTimeOffset.UtcNow,
                e => logger.LogError("The capture ends: {Reason}", e.Message));
        }
        return options.Server.Trace
            ? new TraceLink(
                link, content, new FrameDecoder(), options.Server.TraceLinesPerSecond,
                MonotonicClock.Now, DateTimeOffset.UtcNow,
                line => logger.LogInformation("{Frame:l}", line))
            : link;
    }

    /// <summary>Gives the link back, after all shards have ended: each may take what is another's.</summary>
    public void Dispose()
    {
        _devices.ForEach(device => device.Dispose());
        _capture?.Dispose();
    }
}
