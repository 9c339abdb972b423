namespace Straightwire.Stack.Handover;

/// <summary>What is handed over.</summary>
public enum HandoverKind : byte
{
    /// <summary>A TCP segment, header first, whose checksum was verified.</summary>
    Segment,

    /// <summary>An ICMP error about a flow, as TCP writes it.</summary>
    PathError,

    /// <summary>An ARP packet that concerns us.</summary>
    Arp,

    /// <summary>A fragment of an IPv4 datagram, header first.</summary>
    Fragment,

    /// <summary>What the path to the peer's address takes: bytes, in 32 bits.</summary>
    PathMtu,
}
