using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Hosting;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;

namespace Straightwire.Appliance.CommandLine;

/// <summary>The program's second image: it has the open link and no privilege, and serves.</summary>
public static class SecondImage
{
    /// <summary>Serves with what the first image left; returns the exit status.</summary>
    /// <param name="text">What it left.</param>
    /// <param name="kinds">The services that the program has.</param>
    public static int Run(byte[] text, IReadOnlyList<ServiceKind> kinds)
    {
        ServerSignals signals = ServerSignals.Take(ownsEnd: true);
        ImageHandover handover = ImageHandover.Parse(text);
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(handover.Settings!)
            .Build();

        // The first image checked it, with what it may look at and this one may not.
        ApplianceOptions options = OptionsReader.Bind(configuration) with { Kinds = kinds };
        return ServerHost.Run(configuration, options, signals, handover.Grant, handover);
    }
}
