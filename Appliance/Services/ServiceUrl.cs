using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services;

/// <summary>How a service's URL is written.</summary>
public static class ServiceUrl
{
    /// <summary>The root of a service at an address; without a port that its scheme has anyway.</summary>
    public static string Of(string scheme, IpAddress address, int port, int defaultPort) =>
        port == defaultPort
            ? $"{scheme}://{address}/"
            : FormattableString.Invariant($"{scheme}://{address}:{port}/");
}
