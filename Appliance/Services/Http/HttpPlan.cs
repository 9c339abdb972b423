using Straightwire.Devices.Native;
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

    private static readonly HttpSettings Default = new();

    /// <summary>The options of the command line that set its keys.</summary>
    public static IReadOnlyList<CommandSetting> CommandSettings { get; } =
    [
        new("--port", "http:port", "The TCP port of HTTP (80).") { ValueName = "PORT" },
        new("--listing", "http:site:listing", "List directories that have no index file.") { Value = "true" },
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
    internal HttpOptions Options => settings.Settled();

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Faults()
    {
        // A part of another follows it as long as it has its default.
        if (settings.TargetBytes >= settings.HeadBytes && settings.TargetBytes != Default.TargetBytes)
        {
            yield return ("http:targetBytes", "as much as http/headBytes or more, which it is part of");
        }
        foreach ((string Key, string Message) fault in SiteFaults.Check(settings.Site, settings.Sites)
            .Concat(SiteFiles.Faults(settings, context.ContentDirectory)))
        {
            yield return fault;
        }
    }

    /// <inheritdoc/>
    public IContentRules ContentRules => new SiteTable(
        settings.Site,
        settings.Sites,
        new MediaTypeTable(
            context.Content.MediaTypes, context.Content.DefaultType, context.Content.Charset));

    /// <inheritdoc/>
    public IEnumerable<MemoryPart> Memory() => Lists
        ? [new("orders of large listings", ListingOrders.MemoryMax, "http.site.listing")]
        : [];

    /// <inheritdoc/>
    public string UrlAt(IpAddress address) => ServiceUrl.Of("http", address, settings.Port, StandardPort);

    /// <inheritdoc/>
    public IEnumerable<string> Describe(IpPrefix own) => [$"Serving {UrlAt(own.Address)}"];

    /// <inheritdoc/>
    public IService Open(in ServiceHost host) => new HttpServer(
        Options,
        Lists
            ? new ListingOrders(host.Faults, context.PeerPrefixLength, SystemRandom.Seed())
            : null);
}
