using System.Buffers.Binary;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Bpf;

/// <summary>
/// Writes the program that tells the server's frames from the kernel's (<see cref="FrameScope"/>). The same
/// rules for every context: it looks at the frame through a window of some bytes from a position on, which
/// for XDP is a bounds check and for a socket buffer a copy to the stack.
/// </summary>
internal sealed class FrameMatcher
{
    private const int PassToKernel = 2;
    private const int HelperSkbLoadBytes = 26;
    private const int HelperRedirectMap = 51;

    private const int XdpData = 0;
    private const int XdpDataEnd = 4;
    private const int XdpQueue = 16;
    private const int SkbPacketType = 4;
    private const int SkbTagPresent = 20;
    private const int SkbTag = 24;
    private const uint ForTheInterface = 0;

    private const int EtherType = 12;
    private const int TagControl = 14;
    private const int ArpEnd = EthernetHeader.Length + 28;
    private const int ArpTarget = EthernetHeader.Length + 24;
    private const uint ArpEthernetIpv4 = 0x0001_0800;
    private const ushort ArpLengths = 0x0604;

    private const int Ipv4Length = 20;
    private const int Ipv4Fragment = 6;
    private const int Ipv4Protocol = 9;
    private const int Ipv4Source = 12;
    private const int Ipv4Destination = 16;
    private const ushort MoreFragmentsOrOffset = 0x3FFF;
    private const ushort FragmentOffset = 0x1FFF;
    private const int PortsLength = 4;
    private const int SourcePort = 0;
    private const int DestinationPort = 2;
    private const int IcmpLength = 8;
    private const byte IcmpUnreachable = 3;

    // The stack's loads are aligned: the window on the Ethernet header begins 2 bytes late, so that what
    // follows it is too.
    private const int Window = -64;
    private const int EthernetWindow = Window + 2;

    private const BpfRegister Context = BpfRegister.R6;
    private const BpfRegister Kept = BpfRegister.R7;
    private const BpfRegister End = BpfRegister.R8;
    private const BpfRegister Position = BpfRegister.R9;
    private const BpfRegister Value = BpfRegister.R1;
    private const BpfRegister Address = BpfRegister.R2;

    private readonly BpfAssembler _code = new();
    private readonly FrameScope _scope;
    private readonly BpfContext _context;
    private readonly int _ours;
    private readonly int _others;
    private int _window = EthernetWindow;

    private FrameMatcher(FrameScope scope, BpfContext context)
    {
        _scope = scope;
        _context = context;
        _ours = _code.NewLabel();
        _others = _code.NewLabel();
    }

    /// <summary>A program that answers one of two numbers.</summary>
    public static BpfInstruction[] Build(FrameScope scope, BpfContext context, int ours, int others)
    {
        var matcher = new FrameMatcher(scope, context);
        matcher.Match();
        matcher._code.Place(matcher._ours);
        matcher.Answer(ours);
        matcher._code.Place(matcher._others);
        matcher.Answer(others);
        return matcher._code.Assemble();
    }

    /// <summary>
    /// An XDP program that gives the server's frames to the AF_XDP socket of their queue and the others to
    /// the kernel; both to the kernel while a queue has no socket.
    /// </summary>
    /// <param name="scope">Which frames are the server's.</param>
    /// <param name="sockets">Descriptor of a map of AF_XDP sockets by queue.</param>
    public static BpfInstruction[] BuildRedirect(FrameScope scope, int sockets)
    {
        var matcher = new FrameMatcher(scope, BpfContext.Xdp);
        matcher.Match();
        BpfAssembler code = matcher._code;
        code.Place(matcher._ours);
        code.LoadMap(BpfRegister.R1, sockets);
        code.Load(BpfSize.Word, BpfRegister.R2, Context, XdpQueue);
        code.Move(BpfRegister.R3, PassToKernel);
        code.Call(HelperRedirectMap);
        code.Exit();
        code.Place(matcher._others);
        matcher.Answer(PassToKernel);
        return code.Assemble();
    }

    private void Match()
    {
        _code.Move(Context, BpfRegister.R1);
        if (_context == BpfContext.Xdp)
        {
            _code.Load(BpfSize.Word, Position, Context, XdpData);
            _code.Load(BpfSize.Word, End, Context, XdpDataEnd);
        }
        else
        {
            // The tag of a tagged frame has been taken out, and stands beside it.
            int untagged = _code.NewLabel();
            _code.Load(BpfSize.Word, Value, Context, SkbTagPresent);
            _code.JumpIf(Value, BpfCondition.Equal, 0, untagged);
            _code.Load(BpfSize.Word, Value, Context, SkbTag);
            _code.JumpIf(Value, BpfCondition.AnyBit, EthernetHeader.VlanMask, _others);
            _code.Place(untagged);
            _code.Move(Position, 0);
        }
        int arp = _code.NewLabel();
        Look(EthernetHeader.Length + Ipv4Length, EthernetWindow);
        Read(BpfSize.Half, EtherType);
        if (_context == BpfContext.Xdp)
        {
            MatchTag();
        }
        bool seesArp = !_scope.IsShared || _scope.IsCopied;
        if (seesArp)
        {
            _code.JumpIf(Value, BpfCondition.Equal, Network16(EthernetHeader.TypeArp), arp);
        }
        _code.JumpIf(Value, BpfCondition.NotEqual, Network16(EthernetHeader.TypeIpv4), _others);
        Read(BpfSize.Word, EthernetHeader.Length + Ipv4Destination);
        UnlessOurAddress();
        if (_scope.IsCopied)
        {
            _code.Load(BpfSize.Word, Value, Context, SkbPacketType);
            _code.JumpIf(Value, BpfCondition.NotEqual, ForTheInterface, _others);
        }
        if (_scope.IsShared)
        {
            MatchTransport();
        }
        else
        {
            _code.Jump(_ours);
        }
        if (seesArp)
        {
            _code.Place(arp);
            MatchArp();
        }
    }

    /// <summary>What has been read is no address of ours: the frame is not the server's.</summary>
    private void UnlessOurAddress()
    {
        if (_scope.Cell is not { } cell)
        {
            _code.JumpIf(Value, BpfCondition.NotEqual, Network32(_scope.Address.Value), _others);
            return;
        }
        _code.LoadMapValue(Address, cell);
        _code.Load(BpfSize.Word, Address, Address, 0);
        _code.JumpIfRegister(Value, BpfCondition.NotEqual, Address, _others);
    }

    /// <summary>
    /// Goes on behind a tag that carries a priority alone (IEEE 802.1Q §6.9). XDP sees tags where they stand.
    /// </summary>
    private void MatchTag()
    {
        int tag = _code.NewLabel();
        int untagged = _code.NewLabel();
        _code.JumpIf(Value, BpfCondition.Equal, Network16(EthernetHeader.TypeTag), tag);
        _code.JumpIf(Value, BpfCondition.NotEqual, Network16(EthernetHeader.TypeServiceTag), untagged);
        _code.Place(tag);
        Read(BpfSize.Half, TagControl);
        _code.JumpIf(Value, BpfCondition.AnyBit, Network16(EthernetHeader.VlanMask), _others);
        _code.Add(Position, EthernetHeader.TagLength);
        Look(EthernetHeader.Length + Ipv4Length, EthernetWindow);
        Read(BpfSize.Half, EtherType);
        _code.Place(untagged);
    }

    /// <summary>
    /// RFC 826: what asks for the server's address or, being an answer, goes to it. An announcement of the
    /// address by somebody else has it there as well.
    /// </summary>
    private void MatchArp()
    {
        Look(ArpEnd, EthernetWindow);
        Read(BpfSize.Word, EthernetHeader.Length);
        _code.JumpIf(Value, BpfCondition.NotEqual, Network32(ArpEthernetIpv4), _others);
        Read(BpfSize.Half, EthernetHeader.Length + 4);
        _code.JumpIf(Value, BpfCondition.NotEqual, Network16(ArpLengths), _others);
        if (!_scope.HearsAllArp)
        {
            Read(BpfSize.Word, ArpTarget);
            UnlessOurAddress();
        }
        _code.Jump(_ours);
    }

    private void MatchTransport()
    {
        int icmp = _code.NewLabel();
        ReadIpv4HeaderLength(EthernetHeader.Length);
        Read(BpfSize.Half, EthernetHeader.Length + Ipv4Fragment);
        _code.JumpIf(Value, BpfCondition.AnyBit, Network16(MoreFragmentsOrOffset), _others);
        Read(BpfSize.Byte, EthernetHeader.Length + Ipv4Protocol);
        _code.Add(Kept, EthernetHeader.Length);
        _code.Add(Position, Kept);
        _code.JumpIf(Value, BpfCondition.Equal, IpProtocol.Icmp, icmp);
        ForEachProtocol(ports =>
        {
            Look(PortsLength, Window);
            MatchPort(ports, DestinationPort);
        });

        // RFC 792: "destination unreachable" quotes the header of the packet and what begins its segment
        // or datagram.
        _code.Place(icmp);
        Look(IcmpLength, Window);
        Read(BpfSize.Byte, 0);
        _code.JumpIf(Value, BpfCondition.NotEqual, IcmpUnreachable, _others);
        _code.Add(Position, IcmpLength);
        Look(Ipv4Length, Window);
        ReadIpv4HeaderLength(0);
        Read(BpfSize.Half, Ipv4Fragment);
        _code.JumpIf(Value, BpfCondition.AnyBit, Network16(FragmentOffset), _others);
        Read(BpfSize.Byte, Ipv4Protocol);
        ForEachProtocol(ports =>
        {
            Read(BpfSize.Word, Ipv4Source);
            UnlessOurAddress();
            _code.Add(Position, Kept);
            Look(PortsLength, Window);
            MatchPort(ports, SourcePort);
        });
    }

    /// <summary>
    /// What has been read is a protocol: goes on with the ports of each that the server has some of. TCP
    /// and UDP begin with the same fields (RFC 9293 §3.1, RFC 768). What goes on decides whose the frame is.
    /// </summary>
    private void ForEachProtocol(Action<PortSpan[]> goOn)
    {
        byte[] protocols = ServicePort.ProtocolsOf(_scope.Ports);
        Invariant.Assert(protocols.Length > 0, "of a shared address some ports are the server's");
        foreach (byte protocol in protocols)
        {
            int next = protocol == protocols[^1] ? _others : _code.NewLabel();
            _code.JumpIf(Value, BpfCondition.NotEqual, protocol, next);
            goOn(ServicePort.Of(protocol, _scope.Ports));
            if (next != _others)
            {
                _code.Place(next);
            }
        }
    }

    private void MatchPort(PortSpan[] ports, int offset)
    {
        Read(BpfSize.Half, offset);
        _code.FromNetwork16(Value);
        foreach (PortSpan span in ports)
        {
            int next = _code.NewLabel();
            _code.JumpIf(Value, BpfCondition.Less, span.First, next);
            _code.JumpIf(Value, BpfCondition.LessOrEqual, span.Last, _ours);
            _code.Place(next);
        }
        _code.Jump(_others);
    }

    /// <summary>Keeps the bytes of an IPv4 header, 20 to 60; what is none is not the server's.</summary>
    private void ReadIpv4HeaderLength(int offset)
    {
        const int Words = 0x0F;
        const int WordsMin = 5;
        const int Version = 4;
        Read(BpfSize.Byte, offset);
        _code.Move(Kept, Value);
        _code.ShiftRight(Value, 4);
        _code.JumpIf(Value, BpfCondition.NotEqual, Version, _others);
        _code.And(Kept, Words);
        _code.JumpIf(Kept, BpfCondition.Less, WordsMin, _others);
        _code.ShiftLeft(Kept, 2);
    }

    /// <summary>
    /// Makes so many bytes from the position on readable; a frame that has fewer is not the server's.
    /// </summary>
    private void Look(int bytes, int window)
    {
        Invariant.Assert(window + bytes <= 0, "a window fits the stack's part that is for it");
        _window = window;
        if (_context == BpfContext.Xdp)
        {
            _code.Move(Value, Position);
            _code.Add(Value, bytes);
            _code.JumpIfRegister(Value, BpfCondition.Greater, End, _others);
            return;
        }
        _code.Move(BpfRegister.R1, Context);
        _code.Move(BpfRegister.R2, Position);
        _code.Move(BpfRegister.R3, BpfRegister.R10);
        _code.Add(BpfRegister.R3, window);
        _code.Move(BpfRegister.R4, bytes);
        _code.Call(HelperSkbLoadBytes);
        _code.JumpIf(BpfRegister.R0, BpfCondition.NotEqual, 0, _others);
    }

    private void Read(BpfSize size, int offset)
    {
        if (_context == BpfContext.Xdp)
        {
            _code.Load(size, Value, Position, offset);
        }
        else
        {
            _code.Load(size, Value, BpfRegister.R10, _window + offset);
        }
    }

    private void Answer(int verdict)
    {
        _code.Move(BpfRegister.R0, verdict);
        _code.Exit();
    }

    // Loads are in the machine's byte order, so that constants are turned, once.
    private static uint Network16(ushort value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static uint Network32(uint value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
