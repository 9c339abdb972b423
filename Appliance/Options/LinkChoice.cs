namespace Straightwire.Appliance.Options;

/// <summary>The kinds of links to choose from.</summary>
public enum LinkChoice
{
    /// <summary>The best that the interface, the kernel and our privileges allow.</summary>
    Auto,

    /// <summary>A TAP interface that the program makes.</summary>
    Tap,

    /// <summary>AF_PACKET on an interface that is there.</summary>
    Packet,

    /// <summary>AF_XDP on an interface that is there.</summary>
    Xdp,

    /// <summary>libpcap on an interface that is there.</summary>
    Pcap,
}
