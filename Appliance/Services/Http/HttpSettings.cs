using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Http;

/// <summary>The section of HTTP.</summary>
public sealed record HttpSettings : HttpOptions
{
    // One for all options, since records compare arrays by reference.
    private static readonly SiteOptions[] NoSites = [];

    /// <summary>Whether the content is served by HTTP.</summary>
    [Key("The content is served by HTTP.")]
    public bool Enabled { get; init; } = true;

    /// <summary>What all sites have unless they say otherwise.</summary>
    [Key("What all sites have unless they say otherwise.", After = nameof(BodyTimeout))]
    public SiteRules Site { get; init; } = SiteRules.Usual;

    /// <summary>The sites.</summary>
    [Key("The sites, by the names that they are asked for; none: one that has all names and all of the "
        + "content. What a site does not say is as http.site says.", Items = 100_000)]
    public SiteOptions[] Sites { get; init; } = NoSites;

    /// <summary>Proxies that are believed; null: none.</summary>
    [Key("Networks of proxies that are believed in X-Forwarded-For whom they ask for, like "
        + "\"198.18.0.10/32\"; null: none.", Format = KeyFormat.Prefix, Items = 1024)]
    public string[]? TrustedProxies { get; init; }

    /// <summary>Where requests are logged.</summary>
    [Key("Logs of requests. Their files are opened anew on SIGUSR1 and SIGHUP.")]
    public HttpLogOptions Logs { get; init; } = new();
}
