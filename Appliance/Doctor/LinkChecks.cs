using Straightwire.Appliance.Links;
using Straightwire.Appliance.Options;
using Straightwire.Devices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Network;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Doctor;

/// <summary>
/// Opens the link for a moment, as serve would: no list of conditions is as right as that. A server that
/// runs already on the same interface is found so too.
/// </summary>
internal static class LinkChecks
{
    /// <summary>Which link it is, and why not a better one.</summary>
    public static IReadOnlyList<Finding> Run(ApplianceOptions options)
    {
        var findings = new List<Finding>();
        using var regions = new RegionTable();
        try
        {
            LinkGrant grant = LinkOpener.Open(options);
            findings.AddRange(grant.Notes.Select(note => new Finding(Verdict.Warn, "link", note)));
            try
            {
                using ILinkDevice link = LinkOpener.Adopt(grant, queue: 0, regions, new NoContent());
                string text = LinkText.Of(grant, link.Capabilities);
                findings.Add(new(Verdict.Ok, "link", $"serve would use {text}"));
            }
            finally
            {
                // The device has closed its queue.
                (grant with { Queues = [.. grant.Queues.Skip(1)] }).Close();
            }
        }
        catch (LinkException e)
        {
            findings.Add(new(Verdict.Fail, "link", e.Message));
        }
        return findings;
    }
}
