using System.Runtime.InteropServices;

namespace Straightwire.Devices.Packet;

/// <summary>Where a packet socket is bound (struct sockaddr_ll).</summary>
[StructLayout(LayoutKind.Sequential, Size = 20)]
internal struct PacketAddress
{
    public ushort Family;

    /// <summary>In network byte order.</summary>
    public ushort Protocol;

    /// <summary>The interface; −1 once it is gone.</summary>
    public int Index;
}
