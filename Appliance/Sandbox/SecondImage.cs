using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Hosting;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Sandbox;

/// <summary>The program's second image: it has the open link and no privilege, and serves.</summary>
public static class SecondImage
{
    /// <summary>Serves with what the first image left; returns the exit status.</summary>
    public static int Run(byte[] text)
    {
        ServerSignals signals = ServerSignals.Take(ownsEnd: true);
        ImageHandover handover = ImageHandover.Parse(text);
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(handover.Settings!)
            .Build();

        // The first image checked it, with what it may look at and this one may not.
        ApplianceOptions options = OptionsReader.Bind(configuration);
        return ServerHost.Run(configuration, options, signals, handover.Grant, handover);
    }

    /// <summary>
    /// Denies what a server does not do, once its link's devices are made and before it takes the first
    /// frame. Returns what the sandbox consists of.
    /// </summary>
    public static string Seal(ImageHandover? handover, ApplianceOptions options, ILogger logger)
    {
        if (!options.Server.Sandbox)
        {
            return "none";
        }
        List<string> parts = [];
        if (handover is { LandlockMissing: null })
        {
            parts.Add("Landlock");
        }
        if (handover is not null)
        {
            parts.Add("no capabilities");
        }
        foreach (string missing in Missing(handover, ProcessSandbox.Seal(), parts))
        {
            logger.LogWarning("The sandbox is not whole. {Missing:l}", missing);
        }
        return parts.Count == 0 ? "none" : string.Join(", ", parts);
    }

    private static IEnumerable<string> Missing(
        ImageHandover? handover, string? seccompMissing, List<string> parts)
    {
        if (handover is null)
        {
            yield return "libpcap's handle cannot be left to a second image, so the process keeps its " +
                "capabilities and may open any file: use the link packet or xdp on Linux";
        }
        else if (handover.LandlockMissing is { } landlock)
        {
            yield return $"{landlock}: files are not restricted";
        }
        if (seccompMissing is not null)
        {
            yield return $"{seccompMissing}: system calls are not restricted";
        }
        else
        {
            parts.Add(ProcessSandbox.MakesCode ? "seccomp" : "seccomp, no new machine code");
        }
    }
}
