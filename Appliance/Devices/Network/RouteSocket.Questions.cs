using System.Runtime.InteropServices;
using System.Text;
using Straightwire.Devices.Native;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <content>What the kernel is asked: its interfaces, addresses, routes and drivers.</content>
internal sealed unsafe partial class RouteSocket
{
    private const ushort GetLink = 18;
    private const ushort GetAddress = 22;
    private const ushort NewRoute = 24;
    private const ushort GetRoute = 26;

    private const ushort LinkName = 3;
    private const ushort LinkInformation = 18;
    private const ushort LinkReceiveQueues = 32;
    private const ushort LinkXdp = 43;
    private const ushort LinkSegmentationLimit = 63;
    private const ushort InformationKind = 1;
    private const ushort XdpNativeProgram = 5;
    private const ushort XdpGenericProgram = 6;

    private const ushort AddressLabel = 3;

    private const ushort RouteInterface = 4;
    private const ushort RouteGateway = 5;
    private const ushort RoutePriority = 6;
    private const ushort RouteHops = 9;
    private const int HopHeaderLength = 8;
    private const int HopFlagsAt = 2;
    private const int HopInterfaceAt = 4;
    private const byte HopDead = 1;
    private const byte RouteTableMain = 254;
    private const byte RouteUnicast = 1;

    // linux/sockios.h and linux/ethtool.h.
    private const nuint EthtoolRequest = 0x8946;
    private const uint EthtoolDriver = 3;
    private const uint EthtoolChannels = 0x3C;
    private const int DriverNameLength = 32;
    private const int DriverLength = 196;
    private const int ChannelsLength = 36;
    private const int ChannelsReceive = 20;
    private const int ChannelsCombined = 32;
    private const int InterfaceNameLength = 16;
    private const int InterfaceRequestLength = 40;

    /// <summary>All IPv4 addresses of this network namespace.</summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    public List<InterfaceAddress> Addresses()
    {
        var message = new NetlinkMessage(stackalloc byte[RequestLength], GetAddress, FlagDump);
        message.Append(new AddressHeader { Family = FamilyInet });
        var found = new List<InterfaceAddress>();
        int error = Exchange(message.Finish(), (type, body) =>
        {
            if (type == NewAddress)
            {
                found.Add(ReadAddress(body));
            }
        });
        return error == 0
            ? found
            : throw new LinkException($"The kernel does not list addresses: {NativeError.Describe(error)}.");
    }

    /// <summary>
    /// All interfaces of this network namespace, without their addresses, gateways and drivers.
    /// </summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    public List<InterfaceFacts> Links()
    {
        var message = new NetlinkMessage(stackalloc byte[RequestLength], GetLink, FlagDump);
        message.Append(default(LinkHeader));
        var found = new List<InterfaceFacts>();
        int error = Exchange(message.Finish(), (type, body) =>
        {
            if (type == NewLink)
            {
                found.Add(ReadLink(body));
            }
        });
        return error == 0
            ? found
            : throw new LinkException($"The kernel does not list interfaces: {NativeError.Describe(error)}.");
    }

    /// <summary>
    /// One interface, as <see cref="Links"/> tells of it; null: this network namespace has none of that
    /// index.
    /// </summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    public InterfaceFacts? Link(uint index)
    {
        var message = new NetlinkMessage(stackalloc byte[RequestLength], GetLink, FlagAcknowledge);
        message.Append(new LinkHeader { Index = index });
        InterfaceFacts? found = null;
        int error = Exchange(message.Finish(), (type, body) =>
        {
            if (type == NewLink)
            {
                found = ReadLink(body);
            }
        });
        return error is 0 or NativeError.NoDevice
            ? found
            : throw new LinkException(
                $"The kernel does not tell of an interface: {NativeError.Describe(error)}.");
    }

    /// <summary>
    /// The gateway of the default route of the main table that leads through an interface, the preferred one
    /// of several; null: there is none.
    /// </summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    public Ipv4Address? Gateway(uint index)
    {
        var message = new NetlinkMessage(stackalloc byte[RequestLength], GetRoute, FlagDump);
        message.Append(new RouteHeader { Family = FamilyInet });
        (uint Priority, Ipv4Address Gateway)? best = null;
        int error = Exchange(message.Finish(), (type, body) =>
        {
            if (type == NewRoute
                && ReadDefaultRoute(body, index) is { } route
                && (best is null || route.Priority < best.Value.Priority))
            {
                best = route;
            }
        });
        return error == 0
            ? best?.Gateway
            : throw new LinkException($"The kernel does not list routes: {NativeError.Describe(error)}.");
    }

    /// <summary>The name of an interface's driver; empty when it has none.</summary>
    public string Driver(string name)
    {
        byte* information = stackalloc byte[DriverLength];
        new Span<byte>(information, DriverLength).Clear();
        return TryEthtool(name, EthtoolDriver, information)
            ? TextOf(new ReadOnlySpan<byte>(information + sizeof(uint), DriverNameLength))
            : "";
    }

    /// <summary>The receive queues that an interface has in use; null: the driver does not tell.</summary>
    public int? ReceiveQueues(string name)
    {
        byte* channels = stackalloc byte[ChannelsLength];
        new Span<byte>(channels, ChannelsLength).Clear();
        if (!TryEthtool(name, EthtoolChannels, channels))
        {
            return null;
        }
        uint count = *(uint*)(channels + ChannelsReceive) + *(uint*)(channels + ChannelsCombined);
        return count == 0 ? null : (int)count;
    }

    /// <summary>
    /// An ethtool command on a structure that begins with its number; false: the driver does not know it, or
    /// there is no such interface.
    /// </summary>
    public bool TryEthtool(string name, uint command, Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            return TryEthtool(name, command, bytes);
        }
    }

    private bool TryEthtool(string name, uint command, byte* data)
    {
        byte* request = stackalloc byte[InterfaceRequestLength];
        new Span<byte>(request, InterfaceRequestLength).Clear();
        Encoding.UTF8.GetBytes(name, new Span<byte>(request, InterfaceNameLength - 1));
        *(nint*)(request + InterfaceNameLength) = (nint)data;
        *(uint*)data = command;
        return Syscalls.IoControl(_descriptor, EthtoolRequest, (nuint)request) >= 0;
    }

    private static InterfaceAddress ReadAddress(ReadOnlySpan<byte> body)
    {
        AddressHeader header = MemoryMarshal.Read<AddressHeader>(body);
        Ipv4Address address = default;
        string name = $"number {header.Index}";
        var attributes = new NetlinkAttributes(body[sizeof(AddressHeader)..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case AddressLocal:
                    address = Ipv4Address.Read(attributes.Value);
                    break;
                case AddressLabel:
                    name = TextOf(attributes.Value);
                    break;
            }
        }
        return new InterfaceAddress(header.Index, name, new Ipv4Prefix(address, header.PrefixLength));
    }

    private static InterfaceFacts ReadLink(ReadOnlySpan<byte> body)
    {
        LinkHeader header = MemoryMarshal.Read<LinkHeader>(body);
        var facts = new InterfaceFacts
        {
            Name = $"number {header.Index}",
            Index = header.Index,
            IsUp = (header.Flags & InterfaceUp) != 0,
            HasCarrier = (header.Flags & InterfaceLowerUp) != 0,
            HardwareType = header.Type,
        };
        var attributes = new NetlinkAttributes(body[sizeof(LinkHeader)..]);
        while (attributes.Next())
        {
            facts = attributes.Type switch
            {
                LinkName => facts with { Name = TextOf(attributes.Value) },
                LinkAddress when attributes.Value.Length == MacAddress.Length =>
                    facts with { Mac = MacAddress.Read(attributes.Value) },
                LinkMtu => facts with { Mtu = (int)attributes.Number },
                LinkReceiveQueues => facts with { ReceiveQueues = (int)attributes.Number },
                LinkSegmentationLimit =>
                    facts with { SegmentationLimit = (int)Math.Min(attributes.Number, int.MaxValue) },
                LinkInformation => facts with { Kind = ReadKind(attributes.Value) },
                LinkXdp => facts with { XdpProgram = ReadXdpProgram(attributes.Value) },
                _ => facts,
            };
        }
        return facts;
    }

    private static string ReadKind(ReadOnlySpan<byte> information)
    {
        var attributes = new NetlinkAttributes(information);
        while (attributes.Next())
        {
            if (attributes.Type == InformationKind)
            {
                return TextOf(attributes.Value);
            }
        }
        return "";
    }

    private static uint? ReadXdpProgram(ReadOnlySpan<byte> programs)
    {
        var attributes = new NetlinkAttributes(programs);
        while (attributes.Next())
        {
            if (attributes.Type is XdpNativeProgram or XdpGenericProgram)
            {
                return attributes.Number;
            }
        }
        return null;
    }

    private static (uint Priority, Ipv4Address Gateway)? ReadDefaultRoute(
        ReadOnlySpan<byte> body, uint index)
    {
        RouteHeader header = MemoryMarshal.Read<RouteHeader>(body);
        if (header.DestinationLength != 0 || header.Table != RouteTableMain || header.Type != RouteUnicast)
        {
            return null;
        }
        uint priority = 0;
        uint through = 0;
        Ipv4Address? gateway = null;
        var attributes = new NetlinkAttributes(body[sizeof(RouteHeader)..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case RouteInterface:
                    through = attributes.Number;
                    break;
                case RouteGateway:
                    gateway = Ipv4Address.Read(attributes.Value);
                    break;
                case RoutePriority:
                    priority = attributes.Number;
                    break;
                case RouteHops when HopThrough(attributes.Value, index) is { } hop:
                    (through, gateway) = (index, hop);
                    break;
            }
        }
        return through == index && gateway is { } found ? (priority, found) : null;
    }

    /// <summary>
    /// The gateway of the first of several hops (struct rtnexthop) that leads through an interface.
    /// </summary>
    private static Ipv4Address? HopThrough(ReadOnlySpan<byte> hops, uint index)
    {
        while (hops.Length >= HopHeaderLength)
        {
            int length = MemoryMarshal.Read<ushort>(hops);
            if (length < HopHeaderLength || length > hops.Length)
            {
                return null;
            }
            var attributes = new NetlinkAttributes(hops[HopHeaderLength..length]);
            bool isOurs = MemoryMarshal.Read<uint>(hops[HopInterfaceAt..]) == index
                && (hops[HopFlagsAt] & HopDead) == 0;
            while (isOurs && attributes.Next())
            {
                if (attributes.Type == RouteGateway)
                {
                    return Ipv4Address.Read(attributes.Value);
                }
            }
            hops = hops[Math.Min(NetlinkMessage.Align(length), hops.Length)..];
        }
        return null;
    }

    /// <summary>Text that a zero may end.</summary>
    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>struct rtmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RouteHeader
    {
        public byte Family;
        public byte DestinationLength;
        public byte SourceLength;
        public byte ServiceType;
        public byte Table;
        public byte Protocol;
        public byte Scope;
        public byte Type;
        public uint Flags;
    }
}
