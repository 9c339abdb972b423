using Straightwire.Devices.Native;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Packet;

/// <summary>
/// Writes the classic BPF program (Documentation/networking/filter.rst) that lets a packet socket have only
/// what is for the server. Its rules are those of <see cref="Bpf.FrameScope"/>, and besides: the frame is for
/// the server's Ethernet address; and all ARP is seen, since a packet socket gets a copy: what others say may
/// tell that a neighbour has moved. Attaching it needs no privilege.
/// </summary>
internal sealed class PacketFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort LoadHalf = 0x28;
    private const ushort LoadByte = 0x30;
    private const ushort LoadHalfIndexed = 0x48;
    private const ushort LoadWordIndexed = 0x40;
    private const ushort LoadByteIndexed = 0x50;
    private const ushort LoadIndexIpv4Length = 0xB1;
    private const ushort JumpAlways = 0x05;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpGreater = 0x25;
    private const ushort JumpAtLeast = 0x35;
    private const ushort JumpAnyBit = 0x45;
    private const ushort And = 0x54;
    private const ushort ShiftLeft = 0x64;
    private const ushort AddIndex = 0x0C;
    private const ushort ToIndex = 0x07;
    private const ushort Return = 0x06;

    /// <summary>SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT: the tag stands beside the frame.</summary>
    private const uint TagPresent = 0xFFFF_F000 + 48;

    /// <summary>SKF_AD_OFF + SKF_AD_VLAN_TAG: the tag's priority and identifier.</summary>
    private const uint Tag = 0xFFFF_F000 + 44;

    /// <summary>SKF_AD_OFF + SKF_AD_PKTTYPE: for whom the interface takes the frame to be.</summary>
    private const uint PacketType = 0xFFFF_F000 + 4;

    private const uint ForTheInterface = 0;

    private const uint Everything = 0x0004_0000;
    private const int Next = 0;

    private const uint MacHigh = 0;
    private const uint MacLow = 2;
    private const uint EtherType = 12;
    private const uint EtherTypeIpv4 = 0x0800;
    private const uint EtherTypeArp = 0x0806;
    private const uint ArpKind = 14;
    private const uint ArpEthernetIpv4 = 0x0001_0800;
    private const uint ArpLengths = 18;
    private const uint ArpEthernetIpv4Lengths = 0x0604;

    private const uint Ip = 14;
    private const uint VersionAndLengthMin = 0x45;
    private const uint VersionAndLengthMax = 0x4F;
    private const uint Fragment = Ip + 6;
    private const uint Protocol = Ip + 9;
    private const uint Destination = Ip + 16;
    private const uint MoreFragmentsOrOffset = 0x3FFF;
    private const uint FragmentOffset = 0x1FFF;
    private const uint DestinationPort = Ip + 2;
    private const uint Unreachable = 3;

    /// <summary>The packet that an ICMP error quotes, from the outer header's end on.</summary>
    private const uint Quoted = Ip + 8;

    private readonly List<FilterInstruction> _code = [];
    private readonly List<(int Instruction, bool IfTrue, int Label)> _jumps = [];
    private readonly Dictionary<int, int> _places = [];
    private int _labels;

    /// <summary>The classic BPF program for the socket.</summary>
    /// <param name="mac">
    /// The server's Ethernet address; null: the interface's, whatever that is when the frame comes.
    /// </param>
    /// <param name="address">The server's address.</param>
    /// <param name="ports">
    /// The server's ports of an address that the kernel has too; null: the address is the server's alone.
    /// </param>
    public static FilterInstruction[] Build(
        MacAddress? mac, Ipv4Address address, IReadOnlyList<ServicePort>? ports)
    {
        var filter = new PacketFilter();
        filter.Write(mac, address, ports);
        return filter.Assemble();
    }

    private void Write(MacAddress? mac, Ipv4Address address, IReadOnlyList<ServicePort>? ports)
    {
        int ours = NewLabel();
        int others = NewLabel();
        int arp = NewLabel();
        int untagged = NewLabel();
        Add(LoadWord, TagPresent);
        Jump(JumpEqual, 0, untagged, Next);
        Add(LoadWord, Tag);
        Jump(JumpAnyBit, EthernetHeader.VlanMask, others, Next);
        Place(untagged);
        Add(LoadHalf, EtherType);
        Jump(JumpEqual, EtherTypeArp, arp, Next);
        Jump(JumpEqual, EtherTypeIpv4, Next, others);
        if (mac is { } own)
        {
            Add(LoadWord, MacLow);
            Jump(JumpEqual, (uint)own.Value, Next, others);
            Add(LoadHalf, MacHigh);
            Jump(JumpEqual, (uint)(own.Value >> 32), Next, others);
        }
        else
        {
            Add(LoadWord, PacketType);
            Jump(JumpEqual, ForTheInterface, Next, others);
        }
        Add(LoadWord, Destination);
        if (ports is null)
        {
            Jump(JumpEqual, address.Value, ours, others);
        }
        else
        {
            Jump(JumpEqual, address.Value, Next, others);
            WriteShared(address, ports, ours, others);
        }
        Place(arp);
        Add(LoadWord, ArpKind);
        Jump(JumpEqual, ArpEthernetIpv4, Next, others);
        Add(LoadHalf, ArpLengths);
        Jump(JumpEqual, ArpEthernetIpv4Lengths, ours, others);
        Place(ours);
        Add(Return, Everything);
        Place(others);
        Add(Return, 0);
    }

    private void WriteShared(Ipv4Address address, IReadOnlyList<ServicePort> ports, int ours, int others)
    {
        int icmp = NewLabel();
        byte[] protocols = ServicePort.ProtocolsOf(ports);
        var port = protocols.ToDictionary(protocol => protocol, _ => NewLabel());
        Invariant.Assert(protocols.Length > 0, "of a shared address some ports are the server's");
        Add(LoadByte, Ip);
        Jump(JumpAtLeast, VersionAndLengthMin, Next, others);
        Jump(JumpGreater, VersionAndLengthMax, others, Next);
        Add(LoadHalf, Fragment);
        Jump(JumpAnyBit, MoreFragmentsOrOffset, others, Next);
        Add(LoadIndexIpv4Length, Ip);
        Add(LoadByte, Protocol);
        Jump(JumpEqual, IpProtocol.Icmp, icmp, Next);
        ForEach(protocols, others, protocol =>
        {
            Add(LoadHalfIndexed, DestinationPort);
            Always(port[protocol]);
        });

        // RFC 792: "destination unreachable" quotes the header of the packet and what begins its segment
        // or datagram.
        Place(icmp);
        Add(LoadByteIndexed, Ip);
        Jump(JumpEqual, Unreachable, Next, others);
        Add(LoadHalfIndexed, Quoted + 6);
        Jump(JumpAnyBit, FragmentOffset, others, Next);
        Add(LoadByteIndexed, Quoted + 9);
        ForEach(protocols, others, protocol =>
        {
            LoadQuotedPort(address, others);
            Place(port[protocol]);
            WritePorts(ServicePort.Of(protocol, ports), ours, others);
        });
    }

    /// <summary>What has been read is a protocol: goes on for each to a decision.</summary>
    private void ForEach(byte[] protocols, int others, Action<byte> goOn)
    {
        foreach (byte protocol in protocols)
        {
            int next = protocol == protocols[^1] ? others : NewLabel();
            Jump(JumpEqual, protocol, Next, next);
            goOn(protocol);
            if (next != others)
            {
                Place(next);
            }
        }
    }

    /// <summary>Reads the port that a quoted packet left, if that left our address.</summary>
    private void LoadQuotedPort(Ipv4Address address, int others)
    {
        Add(LoadWordIndexed, Quoted + 12);
        Jump(JumpEqual, address.Value, Next, others);
        Add(LoadByteIndexed, Quoted);
        Jump(JumpAtLeast, VersionAndLengthMin, Next, others);
        Jump(JumpGreater, VersionAndLengthMax, others, Next);
        Add(And, 0x0F);
        Add(ShiftLeft, 2);
        Add(AddIndex, 0);
        Add(ToIndex, 0);
        Add(LoadHalfIndexed, Quoted);
    }

    private void WritePorts(PortSpan[] ports, int ours, int others)
    {
        foreach (PortSpan span in ports)
        {
            int next = NewLabel();
            Jump(JumpAtLeast, span.First, Next, next);
            Jump(JumpGreater, span.Last, Next, ours);
            Place(next);
        }
        Always(others);
    }

    private int NewLabel() => ++_labels;

    private void Place(int label) => _places[label] = _code.Count;

    private void Add(ushort code, uint constant) =>
        _code.Add(new FilterInstruction { Code = code, Value = constant });

    private void Jump(ushort code, uint constant, int ifTrue, int ifFalse)
    {
        if (ifTrue != Next)
        {
            _jumps.Add((_code.Count, true, ifTrue));
        }
        if (ifFalse != Next)
        {
            _jumps.Add((_code.Count, false, ifFalse));
        }
        Add(code, constant);
    }

    private void Always(int label)
    {
        _jumps.Add((_code.Count, true, label));
        Add(JumpAlways, 0);
    }

    private FilterInstruction[] Assemble()
    {
        FilterInstruction[] code = [.. _code];
        foreach ((int place, bool ifTrue, int label) in _jumps)
        {
            int distance = _places[label] - place - 1;
            Invariant.Assert(distance >= 0, "classic BPF jumps forward");
            if (code[place].Code == JumpAlways)
            {
                code[place].Value = (uint)distance;
                continue;
            }
            Invariant.Assert(distance <= byte.MaxValue, "a conditional jump of classic BPF is short");
            if (ifTrue)
            {
                code[place].IfTrue = (byte)distance;
            }
            else
            {
                code[place].IfFalse = (byte)distance;
            }
        }
        return code;
    }
}
