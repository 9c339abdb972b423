using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;

namespace Straightwire.Appliance.Hosting;

/// <summary>What a server is made of besides its link.</summary>
internal sealed record ServerContext
{
    /// <summary>All that is configured.</summary>
    public required ApplianceOptions Options { get; init; }

    /// <summary>Told what the server does and what befalls it.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Told how the server is.</summary>
    public required ServiceManager Manager { get; init; }

    /// <summary>Told of what cannot be survived.</summary>
    public required ServerTroubles Troubles { get; init; }

    /// <summary>Looked at when the content is read anew; null: there is none.</summary>
    public required ConfigurationFile? ConfigurationFile { get; init; }

    /// <summary>What a privileged image left; null in a process that is not sandboxed.</summary>
    public required ImageHandover? Handover { get; init; }

    /// <summary>
    /// Where progress is shown; null where nobody looks, or who does asked to be told little.
    /// </summary>
    public TextWriter? Terminal =>
        Console.IsErrorRedirected || !Logger.IsEnabled(LogLevel.Information) ? null : Console.Error;

    /// <summary>The server's secret; what does not survive this start is told.</summary>
    public ServerSecret OpenSecret()
    {
        ServerSecret secret = Handover?.Secret is { } bytes
            ? ServerSecret.Of(bytes, Handover.SecretLost)
            : ServerSecret.Open(Options);
        if (secret.Lost is { } reason)
        {
            Logger.LogWarning(
                "Secret: {Reason:l}. The tags of large files do not survive this start, so that caches fetch "
                + "these files again after the next: name a directory in server.state (none: so be it)",
                reason);
        }
        return secret;
    }
}
