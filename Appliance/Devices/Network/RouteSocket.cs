using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <summary>An IPv4 address of an interface.</summary>
/// <param name="Index">The interface's index.</param>
/// <param name="Interface">The interface's name.</param>
/// <param name="Address">Its address, and its network.</param>
internal readonly record struct InterfaceAddress(uint Index, string Interface, Ipv4Prefix Address);

/// <summary>
/// rtnetlink(7): asks the kernel for interfaces, addresses and routes, and configures interfaces, in the
/// network namespace of the thread that opens it. Carries no traffic; it is open for as long as a link is
/// being set up.
/// </summary>
internal sealed unsafe partial class RouteSocket : IDisposable
{
    private const ushort NewLink = 16;
    private const ushort NewAddress = 20;
    private const ushort NewDiscipline = 36;
    private const ushort MessageError = 2;
    private const ushort MessageDone = 3;

    private const ushort FlagAcknowledge = 4;
    private const ushort FlagCreate = 0x400 | 0x200;
    private const ushort FlagReplace = 0x400 | 0x100;
    private const ushort FlagDump = 0x300;

    private const ushort LinkAddress = 1;
    private const ushort LinkMtu = 4;
    private const ushort LinkQueueLength = 13;
    private const ushort LinkFamilies = 26;
    private const ushort Inet6AddressGeneration = 8;
    private const byte Inet6GenerateNone = 1;

    private const ushort AddressNetwork = 1;
    private const ushort AddressLocal = 2;

    private const ushort DisciplineKind = 1;
    private const uint DisciplineRoot = uint.MaxValue;

    private const byte FamilyInet = 2;
    private const byte FamilyInet6 = 10;
    private const uint InterfaceUp = 1;
    private const uint InterfaceLowerUp = 0x10000;
    private const int RequestLength = 256;
    private const int AnswerLength = 32_768;

    private readonly int _descriptor;

    // Whoever watches an interface asks twice a second.
    private readonly byte[] _answer = new byte[AnswerLength];

    /// <summary>Opens a routing netlink socket (rtnetlink(7)).</summary>
    /// <exception cref="LinkException">The kernel has no rtnetlink for us.</exception>
    public RouteSocket()
        : this(Open())
    {
    }

    /// <summary>Takes over one that is open, which <see cref="Dispose"/> closes.</summary>
    public RouteSocket(int descriptor) => _descriptor = descriptor;

    private delegate void AnswerReader(ushort type, ReadOnlySpan<byte> body);

    /// <summary>A descriptor for the constructor, in the network namespace of the calling thread.</summary>
    /// <exception cref="LinkException">The kernel has no rtnetlink for us.</exception>
    public static int Open()
    {
        int descriptor = Syscalls.Socket(
            Syscalls.AddressFamilyNetlink, Syscalls.SocketRaw | Syscalls.CloseOnExec, protocol: 0);
        return descriptor >= 0
            ? descriptor
            : throw new LinkException(
                $"The kernel gives no rtnetlink socket: {NativeError.Describe(NativeError.Last)}.");
    }

    /// <summary>Gives an interface an address and its network; errno, or 0.</summary>
    public int AddAddress(uint index, Ipv4Prefix prefix)
    {
        var message = new NetlinkMessage(
            stackalloc byte[RequestLength], NewAddress, FlagAcknowledge | FlagCreate);
        message.Append(new AddressHeader
        {
            Family = FamilyInet,
            PrefixLength = (byte)prefix.Length,
            Index = index,
        });
        Span<byte> address = stackalloc byte[Ipv4Address.Length];
        prefix.Address.Write(address);
        message.Attribute(AddressLocal, address);
        message.Attribute(AddressNetwork, address);
        return Exchange(message.Finish(), read: null);
    }

    /// <summary>
    /// Keeps IPv6 from giving an interface addresses of its own accord, and so from talking on it.
    /// Errno, or 0.
    /// </summary>
    public int SilenceIpv6(uint index)
    {
        var message = new NetlinkMessage(stackalloc byte[RequestLength], NewLink, FlagAcknowledge);
        message.Append(new LinkHeader { Index = index });
        int families = message.BeginNested(LinkFamilies);
        int inet6 = message.BeginNested(FamilyInet6);
        message.Attribute(Inet6AddressGeneration, [Inet6GenerateNone]);
        message.EndNested(inet6);
        message.EndNested(families);
        return Exchange(message.Finish(), read: null);
    }

    /// <summary>
    /// Sets an interface's Ethernet address (null: it keeps its own), MTU and queue, and brings it up; errno,
    /// or 0.
    /// </summary>
    public int BringUp(uint index, MacAddress? mac, int mtu, int queueLength)
    {
        var message = new NetlinkMessage(stackalloc byte[RequestLength], NewLink, FlagAcknowledge);
        message.Append(new LinkHeader { Index = index, Flags = InterfaceUp, Change = InterfaceUp });
        if (mac is { } given)
        {
            Span<byte> address = stackalloc byte[MacAddress.Length];
            given.Write(address);
            message.Attribute(LinkAddress, address);
        }
        message.Attribute(LinkMtu, (uint)mtu);
        message.Attribute(LinkQueueLength, (uint)queueLength);
        return Exchange(message.Finish(), read: null);
    }

    /// <summary>
    /// Gives an interface no queueing discipline (tc(8), noqueue): frames go to its driver at once. Errno, or
    /// 0.
    /// </summary>
    public int RemoveQueueing(uint index)
    {
        var message = new NetlinkMessage(
            stackalloc byte[RequestLength], NewDiscipline, FlagAcknowledge | FlagReplace);
        message.Append(new DisciplineHeader { Index = index, Parent = DisciplineRoot });
        message.Attribute(DisciplineKind, "noqueue\0"u8);
        return Exchange(message.Finish(), read: null);
    }

    /// <summary>Closes the socket; nothing is asked afterwards.</summary>
    public void Dispose() => _ = Syscalls.Close(_descriptor);

    private int Exchange(Span<byte> request, AnswerReader? read)
    {
        fixed (byte* bytes = request)
        {
            if (Syscalls.Send(_descriptor, bytes, (nuint)request.Length, flags: 0) < 0)
            {
                return NativeError.Last;
            }
        }
        int? end = null;
        while (end is null)
        {
            nint count;
            fixed (byte* bytes = _answer)
            {
                count = Syscalls.Receive(_descriptor, bytes, AnswerLength, flags: 0);
            }
            if (count >= 0)
            {
                end = ReadMessages(_answer.AsSpan(0, (int)count), read);
            }
            else if (NativeError.Last != NativeError.Interrupted)
            {
                end = NativeError.Last;
            }
        }
        return end.Value;
    }

    /// <summary>
    /// Reads one datagram of answers: errno or 0 when it has the last, null when more come.
    /// </summary>
    private static int? ReadMessages(ReadOnlySpan<byte> bytes, AnswerReader? read)
    {
        while (bytes.Length >= NetlinkMessage.HeaderLength)
        {
            int length = (int)MemoryMarshal.Read<uint>(bytes);
            ReadOnlySpan<byte> body = bytes[NetlinkMessage.HeaderLength..length];
            ushort type = MemoryMarshal.Read<ushort>(bytes[4..]);
            switch (type)
            {
                case MessageDone:
                    return 0;
                case MessageError:
                    return -MemoryMarshal.Read<int>(body);
                default:
                    read?.Invoke(type, body);
                    break;
            }
            bytes = bytes[Math.Min(NetlinkMessage.Align(length), bytes.Length)..];
        }
        return null;
    }

    /// <summary>struct ifaddrmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AddressHeader
    {
        public byte Family;
        public byte PrefixLength;
        public byte Flags;
        public byte Scope;
        public uint Index;
    }

    /// <summary>struct ifinfomsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LinkHeader
    {
        public byte Family;
        public byte Padding;
        public ushort Type;
        public uint Index;
        public uint Flags;
        public uint Change;
    }

    /// <summary>struct tcmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DisciplineHeader
    {
        public uint Family;
        public uint Index;
        public uint Handle;
        public uint Parent;
        public uint Information;
    }
}
