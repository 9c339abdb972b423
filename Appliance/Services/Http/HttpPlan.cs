using Straightwire.Appliance.Logs;
using Straightwire.Devices.Native;
using Straightwire.Devices.Sandbox;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Http;

/// <summary>HTTP, as the section http says.</summary>
/// <param name="settings">The section.</param>
/// <param name="context">What it has to do with besides.</param>
public sealed class HttpPlan(HttpSettings settings, PlanContext context) : IServicePlan
{
    private const int StandardPort = 80;

    /// <summary>The options of the command line that set its keys.</summary>
    public static IReadOnlyList<CommandSetting> CommandSettings { get; } =
    [
        new("--port", "http:port", "The TCP port of HTTP (80).") { ValueName = "PORT" },
        new("--listing", "http:site:listing", "List directories that have no index file.") { Value = "true" },
        new("--access-log", "http:logs:combined", "Log requests to FILE, in the Combined Log Format.")
        {
            ValueName = "FILE",
        },
        new("--no-http", "http:enabled", "Serve no HTTP.") { Value = "false" },
    ];

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public bool IsEnabled => settings.Enabled;

    /// <inheritdoc/>
    public IReadOnlyList<PlannedPort> Ports => [PlannedPort.Tcp("http/port", settings.Port)];

    private bool Lists => settings.Site.Listing == true
        || settings.Sites.Any(static site => site.Listing == true);

    /// <summary>What the protocol is told.</summary>
    internal HttpOptions Options => settings.TrustedProxies is { } proxies
        ? settings.Settled() with { Proxies = Array.ConvertAll(proxies, IpPrefix.Parse) }
        : settings.Settled();

    /// <summary>The logs of requests; null: there are none.</summary>
    internal HttpLogOptions? Logs => LogFiles.Any() ? settings.Logs : null;

    /// <summary>What of addresses stands in them.</summary>
    internal AddressMask Mask => context.Mask;

    private IEnumerable<string> LogFiles => settings.Logs.Files
        .Select(log => log.File)
        .OfType<string>()
        .Select(Path.GetFullPath);

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Faults() =>
        HttpRules.Check(settings, context.ContentDirectory)
            .Concat(SiteFaults.Check(settings.Site, settings.Sites))
            .Concat(SiteFiles.Faults(settings, context.ContentDirectory));

    /// <inheritdoc/>
    public IEnumerable<SandboxRule> Files() => LogFiles.Select(LogPlace.RuleOf);


    /// <inheritdoc/>
    public IContentRules ContentRules => new SiteTable(
        settings.Site,
        settings.Sites,
        new MediaTypeTable(
            context.Content.MediaTypes, context.Content.DefaultType, context.Content.Charset));

    /// <inheritdoc/>
    public IEnumerable<MemoryPart> Memory()
    {
        if (Lists)
        {
            yield return new("orders of large listings", ListingOrders.MemoryMax, "http.site.listing");
        }
        if (Logs is { } logs)
        {
            yield return new(
                "request logs", 2L * logs.QueueBytes * Math.Max(context.Shards, 1), "http.logs.queueBytes");
        }
    }

    /// <inheritdoc/>
    public string UrlAt(IpAddress address) => ServiceUrl.Of("http", address, settings.Port, StandardPort);

    /// <inheritdoc/>
    public IEnumerable<string> Describe(IpPrefix own) => [$"Serving {UrlAt(own.Address)}"];

    /// <inheritdoc/>
    public void BeforeSeal()
    {
        foreach (string log in LogFiles)
        {
            LogPlace.Touch(log);
        }
    }

    /// <inheritdoc/>
    public IService Open(in ServiceHost host) => new HttpServer(
        this,
        host,
        Lists
            ? new ListingOrders(host.Faults, context.PeerPrefixLength, SystemRandom.Seed())
            : null);
}
