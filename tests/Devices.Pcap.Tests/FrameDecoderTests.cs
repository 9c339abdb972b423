using Straightwire.Appliance.Capture;
using Straightwire.Appliance.Tests.Capture;

namespace Straightwire.Devices.Pcap.Tests;

public sealed class FrameDecoderTests
{
    private const string Ethernet = "0253c61200020200000000010800";
    private readonly FrameDecoder _decoder = new();

    [Test]
    public void A_segment_is_told_with_flags_numbers_and_length()
    {
        byte[] frame = SampleFrames.Tcp(payload: 10);

        Assert.That(
            _decoder.Describe(frame),
            Is.EqualTo("TCP 198.18.0.1:40000 > 198.18.0.2:80 PSH ACK seq 1 ack 1 win 256 length 10"));
    }

    [TestCase(
        "020405b40402080a00000001000000000103030a",
        "<mss 1460 sackOK TS 1/0 wscale 10>")]
    [TestCase("0101050a0000000a000000140101010101010101", "<sack 10-20>")]
    [TestCase("fe04f98900000000000000000000000000000000", "<option 254>")]
    [TestCase("0200000000000000000000000000000000000000", "<malformed>")]
    [TestCase("02ff000000000000000000000000000000000000", "<malformed>")]
    public void Options_are_told_and_malformed_ones_end_the_list(string options, string expected)
    {
        string tcp = "9c400050000000010000000000000000".Insert(24, "a0020100")[..32] + "00000000" + options;
        byte[] frame = Ip("06", tcp);

        Assert.That(
            _decoder.Describe(frame),
            Is.EqualTo($"TCP 198.18.0.1:40000 > 198.18.0.2:80 SYN seq 1 win 256 {expected} length 0"));
    }

    [Test]
    public void Arp_udp_icmp_and_fragments_are_told()
    {
        Assert.That(
            Describe("ffffffffffff0200000000010806" + "0001080006040001" + "020000000001c6120001"
                + "000000000000c6120002"),
            Is.EqualTo("ARP who has 198.18.0.2? tell 198.18.0.1 at 02:00:00:00:00:01"));
        Assert.That(
            _decoder.Describe(Ip("11", "0400003500090000" + "61")),
            Is.EqualTo("UDP 198.18.0.1:1024 > 198.18.0.2:53 length 1"));
        Assert.That(
            _decoder.Describe(Ip("01", "0800f7fd00010001")),
            Is.EqualTo("ICMP 198.18.0.1 > 198.18.0.2 EchoRequest id 1 seq 1 length 8"));
        Assert.That(
            _decoder.Describe(Ip("06", "0000000000000000", fragment: "2001")),
            Is.EqualTo("IP 198.18.0.1 > 198.18.0.2 Tcp fragment id 0 offset 8 length 28"));
        Assert.That(
            Describe("333300000001020000000001" + "88cc" + "00000000"),
            Does.StartWith("02:00:00:00:00:01 > 33:33:00:00:00:01 type 0x88cc length 18"));
    }

    [Test]
    public void Every_prefix_and_every_flipped_byte_of_a_frame_is_told_in_one_line()
    {
        byte[] frame = SampleFrames.Tcp(payload: 4);
        for (int i = 0; i < frame.Length; i++)
        {
            byte[] flipped = [.. frame];
            flipped[i] ^= 0xFF;
            Assert.That(_decoder.Describe(frame.AsSpan(0, i)), Is.Not.Empty.And.Not.Contain("\n"), $"{i}");
            Assert.That(_decoder.Describe(flipped), Is.Not.Empty.And.Not.Contain("\n"), $"flipped {i}");
        }
    }

    private string Describe(string hex) => _decoder.Describe(Convert.FromHexString(hex));

    /// <summary>A frame with a right IP header before <paramref name="payload"/>.</summary>
    private static byte[] Ip(string protocol, string payload, string fragment = "4000")
    {
        string length = (20 + (payload.Length / 2)).ToString("x4");
        byte[] frame = Convert.FromHexString(
            $"{Ethernet}4500{length}0000{fragment}40{protocol}0000c6120001c6120002{payload}");
        ChecksumCompletion.Ipv4(frame);
        return frame;
    }
}
