namespace Straightwire.Devices.Bpf;

/// <summary>What a program is given to look at.</summary>
internal enum BpfContext
{
    /// <summary>struct xdp_md: a frame's first bytes, between two pointers.</summary>
    Xdp,

    /// <summary>
    /// struct __sk_buff whose data begin with the Ethernet header: tcx, and filters of AF_PACKET sockets that
    /// are SOCK_RAW.
    /// </summary>
    SocketBuffer,
}
