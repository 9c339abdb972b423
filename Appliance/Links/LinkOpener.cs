using Straightwire.Appliance.Configuration;
using Straightwire.Devices;
using Straightwire.Devices.PacketLink;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Links;

/// <summary>
/// Opens the link that is configured, and makes its devices. What needs a privilege is in
/// <see cref="Open"/>.
/// </summary>
public static class LinkOpener
{
    /// <summary>Opens it, in the network namespace of the calling thread.</summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static LinkGrant Open(ApplianceOptions options) => options.Link.Kind switch
    {
        LinkChoice.Tap => TapInterface.Open(options.ToTap()),
        LinkChoice.Auto when options.Link.Interface is null => TapInterface.Open(options.ToTap()),
        LinkChoice.Auto or LinkChoice.Packet => PacketInterface.Open(options.ToInterface()),
        LinkChoice.Pcap => Portable.Open(options.ToInterface()),
        _ => throw new LinkException($"There is no link of kind {options.Link.Kind} yet."),
    };

    /// <summary>The device of one queue, for one shard.</summary>
    /// <param name="grant">The opened link.</param>
    /// <param name="queue">Which of its queues.</param>
    /// <param name="regions">The content that a link reaches by itself.</param>
    /// <param name="content">The content for links that copy it.</param>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static ILinkDevice Adopt(
        LinkGrant grant, int queue, RegionTable regions, IContentMemory content) => grant.Kind switch
        {
            LinkKind.Tap => new TapDevice(grant, queue, regions),
            LinkKind.Packet => new PacketDevice(grant, queue, regions),
            LinkKind.Pcap => new SoftwareOffload(Portable.Adopt(grant), content),
            _ => throw new LinkException($"There is no link of kind {grant.Kind} yet."),
        };

    private static IPortableLink Portable => PortableParts.Link
        ?? throw new LinkException($"The pcap link {PortableParts.Missing}.");
}
