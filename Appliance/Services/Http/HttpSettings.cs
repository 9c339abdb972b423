using Straightwire.Protocols.Http;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Http;

/// <summary>The section of HTTP.</summary>
public sealed record HttpSettings : HttpOptions
{
    /// <summary>Whether the content is served by HTTP.</summary>
    [Key("The content is served by HTTP.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Proxies that are believed; null: none.</summary>
    [Key("Networks of proxies that are believed in X-Forwarded-For whom they ask for, like "
        + "\"198.18.0.10/32\"; null: none.", Format = KeyFormat.Prefix, Items = 1024)]
    public string[]? TrustedProxies { get; init; }

    /// <summary>Where requests are logged.</summary>
    [Key("Logs of requests. Their files are opened anew on SIGUSR1 and SIGHUP.")]
    public HttpLogOptions Logs { get; init; } = new();
}
