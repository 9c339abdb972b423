namespace Straightwire.Devices.Network;

/// <summary>The ways to send and receive frames.</summary>
public enum LinkKind
{
    /// <summary>A TAP: an interface of the host whose other end is the program.</summary>
    Tap,

    /// <summary>AF_PACKET on an interface that is there.</summary>
    Packet,

    /// <summary>AF_XDP on an interface that is there, shared with the kernel.</summary>
    Xdp,

    /// <summary>libpcap on an interface that is there.</summary>
    Pcap,
}
