using System.Buffers.Binary;
using Straightwire.Appliance.Tests.Devices.Bpf;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Native;
using Straightwire.Devices.Packet;
using Straightwire.Stack.Wire;

using static Straightwire.Appliance.Tests.Devices.Bpf.FrameSamples;

namespace Straightwire.Appliance.Tests.Devices.Packet;

[TestFixture]
public sealed class PacketFilterTests
{
    private const uint TagPresent = 0xFFFF_F030;
    private const uint Tag = 0xFFFF_F02C;

    private static readonly FilterInstruction[] Alone = PacketFilter.Build(LinkPeer.Mac, Own, ports: null);

    private static readonly FilterInstruction[] Shared = SharedBy(FrameMatcherTests.Shared);
    private static readonly FilterInstruction[] SharedByBoth = SharedBy(FrameMatcherTests.SharedByBoth);
    private static readonly FilterInstruction[] SharedByUdp = SharedBy(FrameMatcherTests.SharedByUdp);

    [TestCaseSource(typeof(FrameMatcherTests), nameof(FrameMatcherTests.Frames))]
    public void The_filter_says_what_the_matcher_says_and_shows_all_ARP(
        byte[] frame, bool alone, bool shared)
    {
        bool isArp = frame[12] == 8 && frame[13] == 6 && FrameRules.IsArp(frame.AsSpan(14));
        Assert.Multiple(() =>
        {
            Assert.That(Takes(Alone, frame), Is.EqualTo(isArp || alone), "alone");
            Assert.That(Takes(Shared, frame), Is.EqualTo(isArp || shared), "shared");
        });
    }

    [TestCaseSource(typeof(FrameMatcherTests), nameof(FrameMatcherTests.SharedFrames))]
    public void The_filter_knows_a_protocol_with_its_ports(byte[] frame, bool tcp, bool udp) =>
        Assert.Multiple(() =>
        {
            Assert.That(Takes(Shared, frame), Is.EqualTo(tcp), "tcp");
            Assert.That(Takes(SharedByBoth, frame), Is.EqualTo(tcp || udp), "both");
            Assert.That(Takes(SharedByUdp, frame), Is.EqualTo(udp), "udp");
        });

    [Test]
    public void Ports_of_UDP_cost_nothing_where_there_are_none() =>
        Assert.That(Shared, Has.Length.EqualTo(53));

    [Test]
    public void Another_Ethernet_address_and_a_VLAN_are_others_a_priority_is_not() => Assert.Multiple(() =>
    {
        byte[] frame = Ipv4(Own, 6, Tcp(40_000, 80));
        Assert.That(Takes(Alone, frame, tag: 5), Is.False);
        Assert.That(Takes(Shared, frame, tag: 0x6F00), Is.False);
        Assert.That(Takes(Alone, frame, tag: 0xF000), Is.True);
        Assert.That(Takes(Shared, frame, tag: 0), Is.True);
        Assert.That(Takes(Alone, [3, .. frame[1..]]), Is.False);
        Assert.That(Takes(Shared, [.. frame[..5], 3, .. frame[6..]]), Is.False);
    });

    [Test]
    public void Many_spans_of_ports_are_within_the_reach_of_jumps() => Assert.That(
        () => PacketFilter.Build(
            LinkPeer.Mac,
            Own,
            [
                .. Enumerable.Range(1, 50).Select(port => new ServicePort(
                    port % 2 == 0 ? IpProtocol.Tcp : IpProtocol.Udp,
                    new PortSpan((ushort)port, (ushort)port))),
            ]),
        Throws.Nothing);

    private static FilterInstruction[] SharedBy(FrameScope scope) =>
        PacketFilter.Build(LinkPeer.Mac, Own, scope.Ports);

    /// <summary>Runs a program of classic BPF, as far as the filter needs it.</summary>
    private static bool Takes(FilterInstruction[] code, byte[] frame, int? tag = null)
    {
        uint a = 0;
        uint x = 0;
        for (int i = 0; ; i++)
        {
            FilterInstruction now = code[i];
            uint k = now.Value;
            uint at = (now.Code & 0xE0) == 0x40 ? k + x : k;
            int bytes = (now.Code & 0x18) switch { 0 => 4, 8 => 2, _ => 1 };
            bool isLoad = (now.Code & 7) <= 1;
            if (isLoad && k is not (TagPresent or Tag) && at + bytes > frame.Length)
            {
                return false;
            }
            switch (now.Code)
            {
                case 0x20 when k == TagPresent:
                    a = tag is null ? 0 : 1u;
                    break;
                case 0x20 when k == Tag:
                    a = (uint)(tag ?? 0);
                    break;
                case 0x20 or 0x40:
                    a = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan((int)at));
                    break;
                case 0x28 or 0x48:
                    a = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan((int)at));
                    break;
                case 0x30 or 0x50:
                    a = frame[at];
                    break;
                case 0xB1:
                    x = (frame[k] & 15u) * 4;
                    break;
                case 0x05:
                    i += (int)k;
                    break;
                case 0x15:
                    i += a == k ? now.IfTrue : now.IfFalse;
                    break;
                case 0x25:
                    i += a > k ? now.IfTrue : now.IfFalse;
                    break;
                case 0x35:
                    i += a >= k ? now.IfTrue : now.IfFalse;
                    break;
                case 0x45:
                    i += (a & k) != 0 ? now.IfTrue : now.IfFalse;
                    break;
                case 0x54:
                    a &= k;
                    break;
                case 0x64:
                    a <<= (int)k;
                    break;
                case 0x0C:
                    a += x;
                    break;
                case 0x07:
                    x = a;
                    break;
                case 0x06:
                    return k != 0;
                default:
                    throw new AssertionException($"no instruction {now.Code:x}");
            }
        }
    }
}
