using System.Buffers.Binary;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Devices;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Native;
using Straightwire.Stack.Wire;

using static Straightwire.Appliance.Tests.Devices.Bpf.FrameSamples;

namespace Straightwire.Appliance.Tests.Devices.Bpf;

[TestFixture]
public sealed class FrameMatcherTests
{
    private const int Ours = 3;
    private const int Others = 2;

    private static readonly ServicePort[] TcpPorts =
        [Run(IpProtocol.Tcp, 80, 80), Run(IpProtocol.Tcp, 49152, 49160), Run(IpProtocol.Tcp, 20, 21)];

    private static readonly ServicePort[] UdpPorts =
        [Run(IpProtocol.Udp, 53, 53), Run(IpProtocol.Udp, 49158, 49170)];

    private static readonly FrameScope Alone = new(Own, IsShared: false, []);

    internal static readonly FrameScope Shared = new(Own, IsShared: true, TcpPorts);

    /// <summary>UDP's ports stand before TCP's, so that their order says nothing.</summary>
    internal static readonly FrameScope SharedByBoth = new(Own, IsShared: true, [.. UdpPorts, .. TcpPorts]);

    internal static readonly FrameScope SharedByUdp = new(Own, IsShared: true, UdpPorts);

    /// <summary>What the server has of its address.</summary>
    public enum Ports
    {
        All,
        OfTcp,
        OfBoth,
        OfUdp,
    }

    internal static IEnumerable<TestCaseData> Frames()
    {
        byte[] web = Tcp(40000, 80);
        byte[] quoteOfOurs = Datagram(Own, Other, 6, Tcp(80, 40000)[..8]);
        return
        [
            Row("tcp to our port", Ipv4(Own, 6, web), alone: true, shared: true),
            Row("tcp, do not fragment", Ipv4(Own, 6, web, fragment: 0x4000), alone: true, shared: true),
            Row("tcp after one option", Ipv4(Own, 6, web, optionWords: 1), alone: true, shared: true),
            Row("tcp after ten options", Ipv4(Own, 6, web, optionWords: 10), alone: true, shared: true),
            Row("first port of a span", Ipv4(Own, 6, Tcp(1, 49152)), alone: true, shared: true),
            Row("last port of a span", Ipv4(Own, 6, Tcp(1, 49160)), alone: true, shared: true),
            Row("before a span", Ipv4(Own, 6, Tcp(1, 49151)), alone: true, shared: false),
            Row("after a span", Ipv4(Own, 6, Tcp(1, 49161)), alone: true, shared: false),
            Row("tcp to another port", Ipv4(Own, 6, Tcp(80, 22)), alone: true, shared: false),
            Row("tcp to another address", Ipv4(Other, 6, web), alone: false, shared: false),
            Row("subnet broadcast", Ipv4(new(0xC612_00FF), 6, web), alone: false, shared: false),
            Row("broadcast", Ipv4(Ipv4Address.LimitedBroadcast, 6, web), alone: false, shared: false),
            Row("first fragment", Ipv4(Own, 6, web, fragment: 0x2000), alone: true, shared: false),
            Row("later fragment", Ipv4(Own, 6, web, fragment: 0x0003), alone: true, shared: false),
            Row("udp to our port", Ipv4(Own, 17, web), alone: true, shared: false),
            Row("echo request", Ipv4(Own, 1, Icmp(8, [])), alone: true, shared: false),
            Row("unreachable, ours", Ipv4(Own, 1, Icmp(3, quoteOfOurs)), alone: true, shared: true),
            Row("time exceeded, ours", Ipv4(Own, 1, Icmp(11, quoteOfOurs)), alone: true, shared: false),
            Row("unreachable, ours after options",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 6, Tcp(80, 1), 0, 2)), optionWords: 3), true, true),
            Row("unreachable, of another port",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 6, Tcp(22, 80)))), alone: true, shared: false),
            Row("unreachable, of udp",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 17, Tcp(80, 80)))), alone: true, shared: false),
            Row("unreachable, of a later fragment",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 6, Tcp(80, 1), 5))), alone: true, shared: false),
            Row("unreachable, of another sender",
                Ipv4(Own, 1, Icmp(3, Datagram(Other, Own, 6, Tcp(80, 1)))), alone: true, shared: false),
            Row("arp request for us", Arp(1, Other, Own), alone: true, shared: false),
            Row("arp reply to us", Arp(2, Other, Own), alone: true, shared: false),
            Row("arp for another", Arp(1, Own, Other), alone: false, shared: false),
            Row("ipv6", Ethernet(0x86DD, Datagram(Other, Own, 6, web)), alone: false, shared: false),
            Row("of VLAN 5", Tagged(5, 0x0800, Datagram(Other, Own, 6, web)), alone: false, shared: false),
            Row("of VLAN 256", Tagged(0x0100, 0x0800, Datagram(Other, Own, 6, web)), false, false),
            Row("ip header of 16 bytes", Patched(Ipv4(Own, 6, web), 14, 0x44), alone: true, shared: false),
            Row("ip version 6", Patched(Ipv4(Own, 6, web), 14, 0x65), alone: true, shared: false),
            Row("arp of another hardware", Patched(Arp(1, Other, Own), 15, 6), false, false),
            Row("arp of long addresses", Patched(Arp(1, Other, Own), 18, 8), false, false),
        ];

        static byte[] Patched(byte[] frame, int at, byte value)
        {
            frame[at] = value;
            return frame;
        }
    }

    /// <summary>Frames of a shared address, ours by the ports of one protocol or of the other.</summary>
    internal static IEnumerable<TestCaseData> SharedFrames()
    {
        byte[] query = Udp(40000, 53);
        byte[] quote = Datagram(Own, Other, 17, Udp(53, 40000));
        return
        [
            Row("udp to our port", Ipv4(Own, 17, query), tcp: false, udp: true),
            Row("udp, do not fragment", Ipv4(Own, 17, query, fragment: 0x4000), tcp: false, udp: true),
            Row("udp after ten options", Ipv4(Own, 17, query, optionWords: 10), tcp: false, udp: true),
            Row("udp to the first of a span", Ipv4(Own, 17, Udp(1, 49158)), tcp: false, udp: true),
            Row("udp to the last of a span", Ipv4(Own, 17, Udp(1, 49170)), tcp: false, udp: true),
            Row("udp after a span", Ipv4(Own, 17, Udp(1, 49171)), tcp: false, udp: false),
            Row("udp to tcp's port", Ipv4(Own, 17, Udp(53, 80)), tcp: false, udp: false),
            Row("udp inside tcp's span alone", Ipv4(Own, 17, Udp(1, 49157)), tcp: false, udp: false),
            Row("tcp to our port", Ipv4(Own, 6, Tcp(53, 80)), tcp: true, udp: false),
            Row("tcp inside both spans", Ipv4(Own, 6, Tcp(1, 49158)), tcp: true, udp: false),
            Row("tcp to udp's port", Ipv4(Own, 6, Tcp(80, 53)), tcp: false, udp: false),
            Row("udp lite to udp's port", Ipv4(Own, 136, query), tcp: false, udp: false),
            Row("sctp to udp's port", Ipv4(Own, 132, query), tcp: false, udp: false),
            Row("udp to another address", Ipv4(Other, 17, query), tcp: false, udp: false),
            Row("udp broadcast", Ipv4(Ipv4Address.LimitedBroadcast, 17, query), tcp: false, udp: false),
            Row("udp to the subnet", Ipv4(new(0xC612_00FF), 17, query), tcp: false, udp: false),
            Row("udp's first fragment", Ipv4(Own, 17, query, fragment: 0x2000), tcp: false, udp: false),
            Row("udp's later fragment", Ipv4(Own, 17, query, fragment: 0x2003), tcp: false, udp: false),
            Row("udp's last fragment", Ipv4(Own, 17, query, fragment: 0x0003), tcp: false, udp: false),
            Row("unreachable, of udp", Ipv4(Own, 1, Icmp(3, quote)), tcp: false, udp: true),
            Row("unreachable, of udp and its ports alone",
                Ipv4(Own, 1, Icmp(3, quote[..24])), tcp: false, udp: true),
            Row("unreachable, of udp after options",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 17, query, 0, 2)), optionWords: 3),
                tcp: false, udp: false),
            Row("unreachable, of ours after options",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 17, Udp(53, 9), 0, 2)), optionWords: 3),
                tcp: false, udp: true),
            Row("unreachable, of udp's first fragment",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 17, Udp(53, 9), 0x2000))), tcp: false, udp: true),
            Row("unreachable, of udp's later fragment",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 17, Udp(53, 9), 5))), tcp: false, udp: false),
            Row("unreachable, of udp from tcp's port",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 17, Udp(80, 53)))), tcp: false, udp: false),
            Row("unreachable, of tcp from udp's port",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 6, Tcp(53, 80)))), tcp: false, udp: false),
            Row("unreachable, of tcp from our port",
                Ipv4(Own, 1, Icmp(3, Datagram(Own, Other, 6, Tcp(80, 53)))), tcp: true, udp: false),
            Row("unreachable, of udp by another",
                Ipv4(Own, 1, Icmp(3, Datagram(Other, Own, 17, Udp(53, 9)))), tcp: false, udp: false),
            Row("time exceeded, of udp", Ipv4(Own, 1, Icmp(11, quote)), tcp: false, udp: false),
        ];

        static TestCaseData Row(string name, byte[] frame, bool tcp, bool udp) =>
            new TestCaseData(frame, tcp, udp).SetArgDisplayNames(name);
    }

    /// <summary>Frames with a tag that names no VLAN, for who sees tags in frames.</summary>
    private static IEnumerable<TestCaseData> PriorityFrames()
    {
        byte[] toOurs = Datagram(Other, Own, 6, Tcp(40000, 80));
        byte[] arp = Arp(1, Other, Own)[14..];
        return
        [
            Row("of no VLAN", Tagged(0, 0x0800, toOurs), alone: true, shared: true),
            Row("of no VLAN, with a priority", Tagged(0xF000, 0x0800, toOurs), alone: true, shared: true),
            Row("of no VLAN, by a provider", Ethernet(0x88A8, [0, 0, 8, 0, .. toOurs]), true, true),
            Row("arp of no VLAN", Tagged(0x6000, 0x0806, arp), alone: true, shared: false),
            Row("of VLAN 5 behind none", Tagged(0, 0x8100, [0, 5, 8, 0, .. toOurs]), false, false),
            Row("of no VLAN, to another port",
                Tagged(0, 0x0800, Datagram(Other, Own, 6, Tcp(1, 22))), alone: true, shared: false),
        ];
    }

    private static TestCaseData Row(string name, byte[] frame, bool alone, bool shared) =>
        new TestCaseData(frame, alone, shared).SetArgDisplayNames(name);

    private static ServicePort Run(byte protocol, ushort first, ushort last) =>
        new(protocol, new PortSpan(first, last));

    private static FrameScope ScopeOf(Ports ports) => ports switch
    {
        Ports.All => Alone,
        Ports.OfTcp => Shared,
        Ports.OfBoth => SharedByBoth,
        _ => SharedByUdp,
    };

    private static byte[][] AllFrames() =>
    [
        .. Frames().Concat(PriorityFrames()).Concat(SharedFrames())
            .Select(row => (byte[])row.Arguments[0]!),
    ];

    private static byte[] Tagged(ushort tag, ushort type, byte[] payload) =>
        Ethernet(0x8100, [(byte)(tag >> 8), (byte)tag, (byte)(type >> 8), (byte)type, .. payload]);

    [TestCaseSource(nameof(PriorityFrames))]
    [TestCaseSource(nameof(Frames))]
    public void The_rules_say_whose_a_frame_is(byte[] frame, bool alone, bool shared) =>
        Assert.Multiple(() =>
        {
            Assert.That(FrameRules.IsOurs(Alone, frame), Is.EqualTo(alone), "alone");
            Assert.That(FrameRules.IsOurs(Shared, frame), Is.EqualTo(shared), "shared");
        });

    [TestCaseSource(nameof(SharedFrames))]
    public void The_rules_know_a_protocol_with_its_ports(byte[] frame, bool tcp, bool udp) =>
        Assert.Multiple(() =>
        {
            Assert.That(FrameRules.IsOurs(Shared, frame), Is.EqualTo(tcp), "tcp");
            Assert.That(FrameRules.IsOurs(SharedByBoth, frame), Is.EqualTo(tcp || udp), "both");
            Assert.That(FrameRules.IsOurs(SharedByUdp, frame), Is.EqualTo(udp), "udp");
        });

    // The frames of a server that has TCP alone pass no comparison for UDP.
    [TestCase(true, 84)]
    [TestCase(false, 98)]
    public void Ports_of_UDP_cost_nothing_where_there_are_none(bool isXdp, int instructions) => Assert.That(
        FrameMatcher.Build(Shared, isXdp ? BpfContext.Xdp : BpfContext.SocketBuffer, Ours, Others),
        Has.Length.EqualTo(instructions));

    [Test]
    public void A_program_says_the_same_of_every_frame_and_each_of_its_beginnings(
        [Values] Ports ports, [Values] bool isXdp)
    {
        using var program = new LoadedMatcher(
            ScopeOf(ports), isXdp ? BpfProgramType.Xdp : BpfProgramType.Classifier);
        foreach (byte[] frame in AllFrames())
        {
            for (int length = 14; length <= frame.Length; length++)
            {
                program.Compare(frame.AsSpan(0, length));
            }
        }
    }

    [Test]
    public void A_program_that_hears_all_ARP_takes_that_about_others()
    {
        FrameScope scope = Alone with { HearsAllArp = true };
        using var program = new LoadedMatcher(scope, BpfProgramType.Classifier);
        foreach (byte[] frame in Frames().Select(row => (byte[])row.Arguments[0]!))
        {
            program.Compare(frame);
        }
        Assert.That(FrameRules.IsOurs(scope, Arp(1, Own, Other)), Is.True);
    }

    [TestCase(Ports.All, true, 1)]
    [TestCase(Ports.OfTcp, true, 2)]
    [TestCase(Ports.All, false, 3)]
    [TestCase(Ports.OfTcp, false, 4)]
    [TestCase(Ports.OfBoth, true, 5)]
    [TestCase(Ports.OfUdp, true, 6)]
    [TestCase(Ports.OfBoth, false, 7)]
    [TestCase(Ports.OfUdp, false, 8)]
    public void A_program_says_the_same_of_frames_with_random_faults(Ports ports, bool isXdp, int seed)
    {
        using var program = new LoadedMatcher(
            ScopeOf(ports), isXdp ? BpfProgramType.Xdp : BpfProgramType.Classifier);
        byte[][] samples = AllFrames();
        var random = new Random(seed);
        for (int i = 0; i < 4000; i++)
        {
            byte[] frame = [.. samples[random.Next(samples.Length)], .. new byte[random.Next(8)]];
            for (int fault = random.Next(3); fault >= 0; fault--)
            {
                // Half of the faults are one bit's, so that lengths and ports stay near their limits.
                ref byte hit = ref frame[random.Next(12, frame.Length)];
                hit = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(hit ^ (1 << random.Next(8)));
            }
            program.Compare(frame.AsSpan(0, random.Next(14, frame.Length + 1)));
        }
    }

    [Test]
    public void The_verifier_takes_the_matcher_as_a_filter_of_a_socket([Values] Ports ports)
    {
        using var program = new LoadedMatcher(ScopeOf(ports), BpfProgramType.SocketFilter);
        Assert.That(program.Descriptor, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void A_redirecting_program_leaves_all_to_the_kernel_while_a_queue_has_no_socket(
        [Values] Ports ports)
    {
        LoadedMatcher.RequirePrivilege();
        int map = BpfProgram.CreateSocketMap(1);
        int program = BpfProgram.Load(
            BpfProgramType.Xdp,
            FrameMatcher.BuildRedirect(ScopeOf(ports), map),
            BpfProgram.TakesFragments);
        int? answer = BpfProgram.TestRun(program, Ipv4(Own, 6, Tcp(40000, 80)));
        _ = Syscalls.Close(program);
        _ = Syscalls.Close(map);
        Assert.That(answer, Is.EqualTo(2), "XDP_PASS");
    }

    // A program looks where its address stands at every frame.
    [Test]
    public void A_program_follows_the_address_in_its_cell([Values] Ports ports, [Values] bool isXdp)
    {
        LoadedMatcher.RequirePrivilege();
        int descriptor = AddressCell.Create(Other);
        using var cell = new AddressCell(descriptor);
        FrameScope scope = ScopeOf(ports) with { Cell = descriptor };
        using var program = new LoadedMatcher(
            scope, isXdp ? BpfProgramType.Xdp : BpfProgramType.Classifier);
        byte[][] frames = AllFrames();
        foreach (byte[] frame in frames)
        {
            program.Compare(frame, scope with { Address = Other });
        }
        cell.Write(Own);
        foreach (byte[] frame in frames)
        {
            program.Compare(frame);
        }
        _ = Syscalls.Close(descriptor);
    }

    [Test]
    public void The_verifiers_words_are_in_the_error()
    {
        LoadedMatcher.RequirePrivilege();
        var code = new BpfAssembler();
        code.Exit();
        Assert.That(
            () => BpfProgram.Load(BpfProgramType.Xdp, code.Assemble()),
            Throws.TypeOf<LinkException>().With.Message.Contains("R0 !read_ok"));
    }

    /// <summary>A matcher in the kernel.</summary>
    private sealed class LoadedMatcher : IDisposable
    {
        private readonly FrameScope _scope;
        private readonly bool _isXdp;

        public LoadedMatcher(FrameScope scope, BpfProgramType type)
        {
            RequirePrivilege();
            _scope = scope;
            _isXdp = type == BpfProgramType.Xdp;
            BpfContext context = _isXdp ? BpfContext.Xdp : BpfContext.SocketBuffer;
            Descriptor = BpfProgram.Load(type, FrameMatcher.Build(scope, context, Ours, Others));
        }

        public int Descriptor { get; }

        public static void RequirePrivilege()
        {
            if (!Environment.IsPrivilegedProcess)
            {
                Skip.Because("Loading eBPF programs needs root: run the tests as root.");
            }
        }

        public void Compare(ReadOnlySpan<byte> frame, FrameScope? rules = null)
        {
            if (!_isXdp && frame.Length < ShortestBuffer(frame))
            {
                return;
            }
            int? answer = BpfProgram.TestRun(Descriptor, frame);
            int expected = FrameRules.IsOurs(rules ?? _scope, frame, seesTags: _isXdp) ? Ours : Others;
            if (answer != expected)
            {
                Assert.Fail($"{answer} instead of {expected} for {Convert.ToHexString(frame)}");
            }
        }

        /// <summary>The kernel runs no test on a socket buffer without a whole IP header.</summary>
        private static int ShortestBuffer(ReadOnlySpan<byte> frame) =>
            14 + BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
            {
                0x0800 => 20,
                0x86DD => 40,
                _ => 1,
            };

        public void Dispose() => _ = Syscalls.Close(Descriptor);
    }
}
