using Microsoft.Extensions.Logging;
using Straightwire.Devices.Network;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Links;

/// <summary>
/// Tells the devices of a link what their interface sums and cuts of late (ethtool -K), and the log what has
/// changed. Until they are told, the kernel does what the interface does not.
/// </summary>
/// <param name="grant">The link whose interface is asked.</param>
/// <param name="devices">What <see cref="LinkOpener.Adopt"/> made of it.</param>
/// <param name="logger">Told of each change.</param>
public sealed class OffloadFollower(LinkGrant grant, IReadOnlyList<ILinkDevice> devices, ILogger logger)
{
    private InterfaceOffloads _known = grant.Offloads;

    /// <summary>Looks at what an interface does now; on one thread.</summary>
    public void Look(InterfaceFacts facts)
    {
        if (grant.Kind is not (LinkKind.Packet or LinkKind.Xdp) || facts.Offloads == _known)
        {
            return;
        }
        string before = Text();
        _known = facts.Offloads;
        foreach (ILinkDevice device in devices)
        {
            LinkOpener.Follow(device, _known);
        }
        if (Text() != before)
        {
            logger.LogWarning(
                "Link: the offloads of {Interface:l} have changed: {Now:l}", facts.Name, Text());
        }
    }

    private string Text() =>
        LinkText.OffloadsOf(grant with { Offloads = _known }, devices[0].Capabilities);
}
