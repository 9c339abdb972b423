using Straightwire.Protocols.Http;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Http;

/// <summary>The section of HTTP.</summary>
public sealed record HttpSettings : HttpOptions
{
    /// <summary>Whether the content is served by HTTP.</summary>
    [Key("The content is served by HTTP.")]
    public bool Enabled { get; init; } = true;
}
