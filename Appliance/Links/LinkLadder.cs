using Straightwire.Devices;
using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Links;

/// <summary>Tries links, the best first, and remembers why it was not a better one.</summary>
public static class LinkLadder
{
    /// <summary>
    /// The first link that opens; <see cref="LinkGrant.Notes"/> says of each before it why not.
    /// </summary>
    /// <exception cref="LinkException">None does; the message has every reason.</exception>
    public static LinkGrant Climb(IEnumerable<LinkRung> rungs)
    {
        var notes = new List<string>();
        foreach (LinkRung rung in rungs)
        {
            try
            {
                LinkGrant grant = rung.Open();
                return grant with { Notes = [.. notes, .. grant.Notes] };
            }
            catch (LinkException e)
            {
                notes.Add($"No {rung.Name} link: {e.Message}");
            }
        }
        throw new LinkException($"No link can be had. {string.Join(' ', notes)}");
    }
}
