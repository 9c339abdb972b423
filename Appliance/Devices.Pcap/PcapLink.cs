using Straightwire.Stack.Link;

namespace Straightwire.Devices.Pcap;

/// <summary>The link over libpcap, as the program knows it.</summary>
public sealed class PcapLink : IPortableLink
{
    /// <inheritdoc/>
    public LinkGrant Open(InterfaceOptions options) => PcapInterface.Open(options);

    /// <inheritdoc/>
    public IPlainLink Adopt(LinkGrant grant) => new PcapDevice(grant);
}
