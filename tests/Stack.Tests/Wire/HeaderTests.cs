using System.Buffers.Binary;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Wire;

public class HeaderTests
{
    private static readonly Ipv4Address Source = new(0xC612_0001);
    private static readonly Ipv4Address Destination = new(0xC612_0002);

    [Test]
    public void Every_strict_prefix_of_a_packet_is_refused()
    {
        byte[] ethernet = new byte[EthernetHeader.Length];
        byte[] arp = new byte[ArpPacket.Length];
        new ArpPacket(1, new MacAddress(2), Source, default, Destination).Write(arp);
        byte[] icmp = Icmp(20);
        byte[] udp = Udp(21);
        byte[] ip = Ip(33);
        byte[] withOptions = Ip(33, options: [1, 1, 7, 7, 4, 0, 0, 0, 0, 0, 0, 0]);
        AllPrefixesRefused(ethernet, bytes => EthernetHeader.TryRead(bytes, out _, out _));
        AllPrefixesRefused(arp, bytes => ArpPacket.TryRead(bytes, out _, out _));
        AllPrefixesRefused(ip, bytes => Ipv4Header.TryRead(bytes, out _, out _, out _));
        AllPrefixesRefused(withOptions, bytes => Ipv4Header.TryRead(bytes, out _, out _, out _));
        AllPrefixesRefused(icmp, bytes => IcmpHeader.TryRead(bytes, out _, out _, out _));
        AllPrefixesRefused(udp, bytes => UdpHeader.TryRead(bytes, out _, out _, out _));
    }

    [Test]
    public void What_was_written_is_read()
    {
        var ethernet = new EthernetHeader(
            new MacAddress(0x0102_0304_0506), new MacAddress(0x0A0B_0C0D_0E0F), 0x0806);
        byte[] bytes = new byte[60];
        ethernet.Write(bytes);
        Assert.That(
            EthernetHeader.TryRead(bytes, out EthernetHeader readEthernet, out ReadOnlySpan<byte> rest),
            Is.True);
        Assert.That(readEthernet, Is.EqualTo(ethernet));
        Assert.That(rest.Length, Is.EqualTo(46));

        var arp = new ArpPacket(
            2, new MacAddress(0x0A0B_0C0D_0E0F), Source, new MacAddress(0x0102_0304_0506), Destination);
        arp.Write(bytes);
        Assert.That(ArpPacket.TryRead(bytes, out ArpPacket readArp, out rest), Is.True);
        Assert.That(readArp, Is.EqualTo(arp));

        var ip = new Ipv4Header
        {
            Source = Source,
            Destination = Destination,
            HeaderLength = 20,
            TotalLength = 48,
            Protocol = 17,
            TimeToLive = 3,
            Identification = 0xABCD,
            FragmentOffset = 8 * 0x1234,
            MoreFragments = true,
        };
        ip.Write(bytes);
        Assert.That(Ipv4Header.TryRead(bytes, out Ipv4Header readIp, out rest, out _), Is.True);
        Assert.That(readIp, Is.EqualTo(ip));
        Assert.That(rest.Length, Is.EqualTo(28), "the padding is trimmed");
    }

    [TestCase(0, 0x65, WireFault.Version)]
    [TestCase(0, 0x44, WireFault.HeaderLength)]
    [TestCase(0, 0x4F, WireFault.Truncated)]
    [TestCase(3, 19, WireFault.TotalLength)]
    [TestCase(3, 255, WireFault.Truncated)]
    [TestCase(10, 0x5A, WireFault.Checksum)]
    [TestCase(8, 0x77, WireFault.Checksum)]
    public void A_wrong_ipv4_header_is_refused_for_its_reason(int at, int value, WireFault fault)
    {
        byte[] bytes = Ip(13);
        if (fault == WireFault.Truncated && at == 0)
        {
            // A header of 60 bytes in a packet of 60 of which 53 are there.
            bytes[3] = 60;
        }
        bytes[at] = (byte)value;
        Assert.That(Ipv4Header.TryRead(bytes, out _, out _, out WireFault actual), Is.False);
        Assert.That(actual, Is.EqualTo(fault));
    }

    [TestCase(new byte[] { 1, 1, 1, 1 }, WireFault.None, false)]
    [TestCase(new byte[] { 0, 9, 9, 9 }, WireFault.None, false)]
    [TestCase(new byte[] { 148, 4, 0, 0 }, WireFault.None, false)]
    [TestCase(new byte[] { 1, 131, 3, 4 }, WireFault.None, true)]
    [TestCase(new byte[] { 137, 3, 4, 0 }, WireFault.None, true)]
    [TestCase(new byte[] { 7, 0, 0, 0 }, WireFault.Options, false)]
    [TestCase(new byte[] { 7, 1, 0, 0 }, WireFault.Options, false)]
    [TestCase(new byte[] { 7, 5, 0, 0 }, WireFault.Options, false)]
    [TestCase(new byte[] { 1, 1, 1, 7 }, WireFault.Options, false)]
    public void Options_are_skipped_and_source_routes_seen(
        byte[] options, WireFault fault, bool hasSourceRoute)
    {
        byte[] bytes = Ip(10, options);
        bool isRead = Ipv4Header.TryRead(
            bytes, out Ipv4Header header, out ReadOnlySpan<byte> payload, out WireFault actual);
        Assert.That(actual, Is.EqualTo(fault));
        Assert.That(isRead, Is.EqualTo(fault == WireFault.None));
        if (isRead)
        {
            Assert.That(header.HasSourceRoute, Is.EqualTo(hasSourceRoute));
            Assert.That(payload.Length, Is.EqualTo(10));
        }
    }

    [Test]
    public void The_greatest_packet_is_read_whole()
    {
        byte[] bytes = Ip(65_515);
        Assert.That(Ipv4Header.TryRead(bytes, out _, out ReadOnlySpan<byte> payload, out _), Is.True);
        Assert.That(payload.Length, Is.EqualTo(65_515));
    }

    [TestCase(7, WireFault.TotalLength)]
    [TestCase(22, WireFault.Truncated)]
    public void A_udp_length_that_lies_is_refused(int length, WireFault fault)
    {
        byte[] bytes = Udp(13);
        bytes[5] = (byte)length;
        Assert.That(UdpHeader.TryRead(bytes, out _, out _, out WireFault actual), Is.False);
        Assert.That(actual, Is.EqualTo(fault));
    }

    [Test]
    public void A_udp_checksum_covers_addresses_header_and_payload()
    {
        byte[] bytes = Udp(13);
        Assert.That(UdpHeader.TryRead(bytes, out UdpHeader header, out _, out _), Is.True);
        Assert.That(header.ChecksumHolds(bytes, Source, Destination), Is.True);
        Assert.That(header.ChecksumHolds(bytes, Source, new Ipv4Address(1)), Is.False);
        for (int i = 8; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x40;
            Assert.That(header.ChecksumHolds(bytes, Source, Destination), Is.False);
            bytes[i] ^= 0x40;
        }
    }

    [TestCase(0, 3)]
    [TestCase(2, 9)]
    [TestCase(4, 7)]
    [TestCase(5, 3)]
    public void Arp_for_other_kinds_of_addresses_is_refused(int at, int value)
    {
        byte[] bytes = new byte[ArpPacket.Length];
        new ArpPacket(1, new MacAddress(2), Source, default, Destination).Write(bytes);
        bytes[at] = (byte)value;
        Assert.That(ArpPacket.TryRead(bytes, out _, out _), Is.False);
    }

    private delegate bool Reader(ReadOnlySpan<byte> bytes);

    [TestCase(0x8100, 0x0000)]
    [TestCase(0x8100, 0xF000)]
    [TestCase(0x88A8, 0x3000)]
    public void A_tag_that_names_no_VLAN_is_read_over(int type, int control)
    {
        byte[] frame = Tagged(type, control, 0x08, 0x06);
        Assert.That(
            EthernetHeader.TryRead(frame, out EthernetHeader header, out ReadOnlySpan<byte> payload),
            Is.True);
        Assert.That(header.EtherType, Is.EqualTo(EthernetHeader.TypeArp));
        Assert.That(header.IsTagged, Is.False);
        Assert.That(payload.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [TestCase(0x8100, 0x0005, 0x08, 0x00)]
    [TestCase(0x88A8, 0x0100, 0x08, 0x00)]
    [TestCase(0x8100, 0x0000, 0x81, 0x00)]
    public void A_tag_that_names_a_VLAN_or_stands_behind_another_is_left(
        int type, int control, int high, int low)
    {
        byte[] frame = Tagged(type, control, (byte)high, (byte)low);
        Assert.That(EthernetHeader.TryRead(frame, out EthernetHeader header, out _), Is.True);
        Assert.That(header.IsTagged, Is.True);
    }

    [Test]
    public void A_tag_that_is_cut_off_is_left()
    {
        byte[] frame = Tagged(0x8100, 0, 0x08, 0x00);
        for (int length = EthernetHeader.Length; length < frame.Length - 3; length++)
        {
            Assert.That(EthernetHeader.TryRead(frame.AsSpan(0, length), out EthernetHeader header, out _));
            Assert.That(header.IsTagged, Is.True);
        }
    }

    private static byte[] Tagged(int type, int control, byte high, byte low) =>
    [
        .. new byte[12], (byte)(type >> 8), (byte)type, (byte)(control >> 8), (byte)control, high, low,
        1, 2, 3,
    ];

    private static void AllPrefixesRefused(byte[] packet, Reader reader)
    {
        Assert.That(reader(packet), Is.True);
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.That(reader(packet.AsSpan(0, length)), Is.False, $"{length} of {packet.Length} bytes");
        }
    }

    private static byte[] Ip(int payloadLength, byte[]? options = null)
    {
        options ??= [];
        int headerLength = 20 + options.Length;
        byte[] bytes = new byte[headerLength + payloadLength];
        new Ipv4Header
        {
            Source = Source,
            Destination = Destination,
            Protocol = 17,
            TimeToLive = 64,
            TotalLength = bytes.Length,
        }.Write(bytes);
        bytes[0] = (byte)(0x40 | (headerLength / 4));
        options.CopyTo(bytes, 20);
        bytes.AsSpan(10, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(
            bytes.AsSpan(10), InternetChecksum.Complete(InternetChecksum.Sum(bytes.AsSpan(0, headerLength))));
        return bytes;
    }

    private static byte[] Icmp(int payloadLength)
    {
        byte[] bytes = new byte[IcmpHeader.Length + payloadLength];
        // A message tells no length: only its checksum shows that something is missing, here of words that
        // are not zero.
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i + 1);
        }
        new IcmpHeader(8, 0, 5).Write(bytes);
        return bytes;
    }

    private static byte[] Udp(int payloadLength)
    {
        byte[] bytes = new byte[UdpHeader.Length + payloadLength];
        UdpHeader.Write(bytes, 1000, 2000, Source, Destination);
        return bytes;
    }
}
