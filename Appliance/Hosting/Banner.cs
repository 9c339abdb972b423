using System.Reflection;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;
using Straightwire.Appliance.Services;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>What the log says once the server is up.</summary>
public static class Banner
{
    /// <summary>The program's version and, behind a plus, its commit.</summary>
    internal static readonly string Version = typeof(Banner).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Writes all of it.</summary>
    public static void Write(
        ILogger logger,
        ApplianceOptions options,
        IReadOnlyList<IServicePlan> plans,
        LinkGrant grant,
        IReadOnlyList<ServerShard> shards,
        string sandbox)
    {
        logger.LogInformation("straightwire {Version:l}", Version);
        foreach (string note in grant.Notes)
        {
            logger.LogWarning("Link: {Note:l}", note);
        }
        logger.LogInformation(
            "Link: {Link:l}, {Shards:l}",
            LinkText.Of(grant, shards[0].Stack.Link.Capabilities),
            shards.Count == 1 ? "one shard" : FormattableString.Invariant($"{shards.Count} shards"));
        logger.LogInformation(
            "Address: {Address:l} at {Mac:l}, {Host:l}, gateway {Gateway:l}",
            grant.Address.ToString(), grant.Mac.ToString(), HostOf(options, grant),
            grant.Gateway?.ToString() ?? "none");
        logger.LogInformation("Content: {Directory:l}", ContentDirectory.Find(options.Content.Directory));
        logger.LogInformation("Sandbox: {Parts:l}", sandbox);
        if (sandbox.Contains("Landlock", StringComparison.Ordinal)
            && DeployDirectories.Advice(options) is { } advice)
        {
            logger.LogInformation("Sandbox: {Advice:l}", advice);
        }
        if (options.Server.Pcap is { } pcap)
        {
            logger.LogInformation("Capture: {File:l}", Path.GetFullPath(pcap));
        }
        WriteServices(logger, plans, grant.Address);
    }

    /// <summary>Writes where the services are: at the start, and at another address.</summary>
    public static void WriteServices(ILogger logger, IEnumerable<IServicePlan> plans, IpPrefix own)
    {
        foreach (string line in plans.SelectMany(plan => plan.Describe(own)))
        {
            logger.LogInformation("{Line:l}", line);
        }
    }

    private static string HostOf(ApplianceOptions options, LinkGrant grant) => grant switch
    {
        { Kind: LinkKind.Tap } => $"host {options.Link.HostAddress}",
        { IsShared: true } => "shared with the kernel",
        _ => "the server's alone",
    };
}
