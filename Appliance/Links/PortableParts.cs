using Straightwire.Devices;
#if PCAP
using Straightwire.Devices.Pcap;
#endif

namespace Straightwire.Appliance.Links;

/// <summary>
/// The parts that stand on packages which are not to be had everywhere: in the program when it is built with
/// <c>-p:Pcap=true</c>.
/// </summary>
public static class PortableParts
{
    /// <summary>What an operator is told who asks for one of them in vain.</summary>
    public const string Missing =
        "is not in this build: build the program with -p:Pcap=true ('./build.ps1 publish' does)";

#if PCAP
    /// <summary>The link over libpcap; null: it is not in this build.</summary>
    public static IPortableLink? Link { get; } = new PcapLink();

    /// <summary>What describes frames; null: it is not in this build.</summary>
    public static IFrameDecoder? Decoder { get; } = new FrameDecoder();
#else
    /// <summary>The link over libpcap; null: it is not in this build.</summary>
    public static IPortableLink? Link => null;

    /// <summary>What describes frames; null: it is not in this build.</summary>
    public static IFrameDecoder? Decoder => null;
#endif
}
