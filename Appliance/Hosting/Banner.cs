using System.Reflection;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Stack;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Hosting;

/// <summary>What the log says once the server is up.</summary>
public static class Banner
{
    private static readonly string Version = typeof(Banner).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Writes all of it.</summary>
    public static void Write(
        ILogger logger,
        ApplianceOptions options,
        ShardOptions shard,
        in LinkCapabilities link)
    {
        logger.LogInformation("straightwire {Version:l}", Version);
        logger.LogInformation(
            "Link: TAP {Name:l}, MTU {Mtu}, {Offloads:l}", options.Link.Name, link.Mtu, OffloadsOf(link));
        logger.LogInformation(
            "Address: {Address:l} at {Mac:l}, host {Host:l}, gateway {Gateway:l}",
            shard.Address.ToString(), shard.Mac.ToString(), options.Link.HostAddress,
            shard.Gateway?.ToString() ?? "none");
        logger.LogInformation("Content: {Directory:l}", ContentDirectory.Find(options.Content.Directory));
        if (options.Server.Pcap is { } pcap)
        {
            logger.LogInformation("Capture: {File:l}", Path.GetFullPath(pcap));
        }
        logger.LogInformation("Serving {Url:l}", options.ToUrl());
    }

    private static string OffloadsOf(in LinkCapabilities link) => link switch
    {
        { SegmentationMaxBytes: > 0 } => "checksums and segments of up to 64 KB offloaded",
        { TransmitChecksum: true } => "checksums of sent frames offloaded",
        _ => "nothing offloaded",
    };
}
