using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Doctor;
using Straightwire.Appliance.Options;
using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Hosting;

/// <summary>What doctor would have told of, for a server that starts all the same.</summary>
internal static class StartWarnings
{
    /// <summary>
    /// Looks at limits and ports, before the sandbox is whole: it asks what the kernel tells in files.
    /// </summary>
    public static void Write(ILogger logger, ApplianceOptions options, LinkGrant grant, long packedBytes)
    {
        // The load has told of large files that are too many.
        IEnumerable<Finding> findings = LimitChecks.Findings(options, packedBytes, largeFiles: 0);
        foreach (Finding finding in findings.Where(f => f.Verdict != Verdict.Ok))
        {
            logger.LogWarning("Limits: {Text:l}", finding.Text);
        }
        if (grant.IsShared)
        {
            Finding ports = InterfaceChecks.SharedPorts(options.ToInterface(), grant.Address.Address);
            if (ports.Verdict != Verdict.Ok)
            {
                logger.LogWarning("Ports: {Text:l}", ports.Text);
            }
        }
    }
}
