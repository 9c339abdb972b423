using Straightwire.Stack.Link;

namespace Straightwire.Devices;

/// <summary>
/// The link of the leaf project <c>Appliance/Devices.Pcap</c>, which a build may be without.
/// </summary>
public interface IPortableLink
{
    /// <summary>As every link's first step, but that it opens nothing yet.</summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    LinkGrant Open(InterfaceOptions options);

    /// <summary>Opens the capture, which needs the privilege.</summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    IPlainLink Adopt(LinkGrant grant);
}

/// <summary>Tells people what a frame is; in the same project as <see cref="IPortableLink"/>.</summary>
public interface IFrameDecoder
{
    /// <summary>One line about a frame, Ethernet header first; of a malformed one too.</summary>
    string Describe(ReadOnlySpan<byte> frame);
}
