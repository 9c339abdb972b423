using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Options;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Sandbox;

/// <summary>The sandbox's second half, which only the process that serves can close.</summary>
public static class SandboxSeal
{
    /// <summary>
    /// Denies what a server does not do, once its link's devices are made and before it takes the first
    /// frame. Returns what the sandbox consists of.
    /// </summary>
    public static string Close(ImageHandover? handover, ApplianceOptions options, ILogger logger)
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
