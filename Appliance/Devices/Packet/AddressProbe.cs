using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Packet;

/// <summary>
/// Asks the network whether somebody has an address (RFC 5227 §2.1.1) before a server takes it, by a packet
/// socket of its own and before the link is open: whoever is told no has opened nothing. Three probes, 100 ms
/// apart, and as long again for the last answer: the RFC's 5 to 7 s are for a crowd of laptops that wake up
/// at once, and a server that restarts is missed meanwhile.
/// </summary>
public static unsafe class AddressProbe
{
    private const ushort EtherTypeArp = 0x0806;
    private const int AddMembership = 1;
    private const int IgnoreOutgoing = 23;
    private const ushort Promiscuous = 1;
    private const int Probes = 3;
    private const long PauseNanoseconds = 100_000_000;
    private const int FrameLength = 60;
    private const int BufferLength = 256;

    /// <summary>
    /// Who holds the address; null: nobody who answers within 300 ms, or there is no way to ask.
    /// </summary>
    /// <param name="facts">The interface that is asked on.</param>
    /// <param name="identity">Who the server is to be on it.</param>
    public static MacAddress? Holder(InterfaceFacts facts, InterfaceIdentity identity)
    {
        if (!facts.HasCarrier)
        {
            return null;
        }
        int socket = Syscalls.Socket(
            Syscalls.AddressFamilyPacket,
            Syscalls.SocketRaw | Syscalls.CloseOnExec | Syscalls.SocketNonBlocking,
            protocol: 0);
        if (socket < 0)
        {
            // The link, which needs the same, says what is missing.
            return null;
        }
        try
        {
            return TryBind(socket, facts, identity) ? Ask(socket, identity) : null;
        }
        finally
        {
            _ = Syscalls.Close(socket);
        }
    }

    /// <summary>
    /// Whether an ARP frame says that another than us has an address, or is about to take it (RFC 5227
    /// §2.1.1).
    /// </summary>
    internal static bool IsConflict(
        ReadOnlySpan<byte> frame, MacAddress ours, Ipv4Address address, out MacAddress holder)
    {
        holder = default;
        if (!EthernetHeader.TryRead(frame, out EthernetHeader header, out ReadOnlySpan<byte> payload)
            || header.EtherType != EthernetHeader.TypeArp
            || !ArpPacket.TryRead(payload, out ArpPacket packet, out _)
            || packet.SenderMac == ours)
        {
            return false;
        }
        holder = packet.SenderMac;
        bool isProbe = packet.Operation == ArpPacket.Request && packet.SenderAddress == Ipv4Address.Any;
        return packet.SenderAddress == address || (isProbe && packet.TargetAddress == address);
    }

    private static bool TryBind(int socket, InterfaceFacts facts, InterfaceIdentity identity)
    {
        int yes = 1;
        _ = Syscalls.SetSocketOption(socket, Syscalls.LevelPacket, IgnoreOutgoing, &yes, sizeof(int));
        if (identity.NeedsPromiscuous)
        {
            var membership = new Membership { Index = (int)facts.Index, Type = Promiscuous };
            _ = Syscalls.SetSocketOption(
                socket, Syscalls.LevelPacket, AddMembership, &membership, (uint)sizeof(Membership));
        }
        var address = new PacketAddress
        {
            Family = Syscalls.AddressFamilyPacket,
            Protocol = BinaryPrimitives.ReverseEndianness(EtherTypeArp),
            Index = (int)facts.Index,
        };
        return Syscalls.Bind(socket, &address, (uint)sizeof(PacketAddress)) == 0;
    }

    private static MacAddress? Ask(int socket, InterfaceIdentity identity)
    {
        using var wait = new DescriptorWait();
        Ipv4Address address = identity.Address.Address;
        for (int i = 0; i < Probes; i++)
        {
            Send(socket, identity.Mac, address);
            Instant until = MonotonicClock.Now.Plus(PauseNanoseconds);
            do
            {
                wait.Wait(socket, forRoom: false, until);
                if (TryReceive(socket, identity.Mac, address, out MacAddress holder))
                {
                    return holder;
                }
            }
            while (MonotonicClock.Now < until);
        }
        return null;
    }

    private static void Send(int socket, MacAddress mac, Ipv4Address address)
    {
        byte* frame = stackalloc byte[FrameLength];
        var bytes = new Span<byte>(frame, FrameLength);
        bytes.Clear();
        new EthernetHeader(MacAddress.Broadcast, mac, EthernetHeader.TypeArp).Write(bytes);
        new ArpPacket(ArpPacket.Request, mac, Ipv4Address.Any, default, address).Write(
            bytes[EthernetHeader.Length..]);
        _ = Syscalls.Send(socket, frame, FrameLength, flags: 0);
    }

    private static bool TryReceive(int socket, MacAddress mac, Ipv4Address address, out MacAddress holder)
    {
        byte* buffer = stackalloc byte[BufferLength];
        nint length;
        while ((length = Syscalls.Receive(socket, buffer, BufferLength, flags: 0)) > 0)
        {
            if (IsConflict(new ReadOnlySpan<byte>(buffer, (int)length), mac, address, out holder))
            {
                return true;
            }
        }
        holder = default;
        return false;
    }

    /// <summary>struct packet_mreq.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Membership
    {
        public int Index;
        public ushort Type;
        public ushort AddressLength;
        public ulong Address;
    }
}
