using System.Runtime.InteropServices;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Wire;

public class IpAddressTests
{
    private static readonly Ipv4Address Four = new(0xC612_0007);
    private static readonly IpAddress Six = new(0x2001_0DB8_0000_0000, 0x0000_0000_0000_0007);

    [Test]
    public void An_ipv4_address_has_its_mapped_form_and_comes_back_from_it()
    {
        IpAddress mapped = Four;
        Assert.That(mapped, Is.EqualTo(new IpAddress(0, 0x0000_FFFF_C612_0007)));
        Assert.That(mapped.IsIpv4, Is.True);
        Assert.That(mapped.ToIpv4(), Is.EqualTo(Four));
        Assert.That(Six.IsIpv4 || default(IpAddress).IsIpv4, Is.False);
    }

    // RFC 5952 §1 and §4, and the ends of what they say.
    [TestCase(0x2001_0DB8_0000_0000ul, 0x0000_0000_0000_0001ul, "2001:db8::1")]
    [TestCase(0x2001_0DB8_0000_0001ul, 0x0001_0001_0001_0001ul, "2001:db8:0:1:1:1:1:1")]
    [TestCase(0x2001_0DB8_0000_0000ul, 0x0001_0000_0000_0001ul, "2001:db8::1:0:0:1")]
    [TestCase(0x2001_0000_0000_0001ul, 0x0000_0000_0000_0001ul, "2001:0:0:1::1")]
    [TestCase(0x2001_0DB8_AAAA_BBBBul, 0xCCCC_DDDD_EEEE_AAAAul, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa")]
    [TestCase(0xFE80_0000_0000_0000ul, 0x0000_0000_0000_0000ul, "fe80::")]
    [TestCase(0x0000_0000_0000_0000ul, 0x0000_0000_0000_0001ul, "::1")]
    [TestCase(0x0000_0000_0000_0000ul, 0x0000_0000_0000_0000ul, "::")]
    [TestCase(0x0000_0001_0002_0003ul, 0x0004_0005_0006_0000ul, "0:1:2:3:4:5:6:0")]
    [TestCase(0x0000_0000_0000_0000ul, 0x0000_FFFF_C612_0007ul, "198.18.0.7")]
    [TestCase(0x0000_0000_0000_0000ul, 0x0000_FFFE_C612_0007ul, "::fffe:c612:7")]
    public void Its_text_is_the_one_that_people_write(ulong high, ulong low, string text) =>
        Assert.That(new IpAddress(high, low).ToString(), Is.EqualTo(text));

    [TestCase(24, "198.18.0.0/24", true)]
    [TestCase(32, "198.18.0.7/32", false)]
    [TestCase(0, "0.0.0.0/0", true)]
    public void A_prefix_of_ipv4_is_one_of_its_own_addresses(int length, string network, bool hasNext)
    {
        IpPrefix prefix = new Ipv4Prefix(Four, length);
        Assert.That(new IpPrefix(prefix.Network, length).ToString(), Is.EqualTo(network));
        Assert.That(prefix.ToIpv4(), Is.EqualTo(new Ipv4Prefix(Four, length)));
        Assert.That(prefix.Contains(Four), Is.True);
        Assert.That(prefix.Contains(new Ipv4Address(Four.Value + 1)), Is.EqualTo(hasNext));
        Assert.That(prefix.Contains(Six), Is.False);
    }

    [TestCase(128, "2001:db8::7", false)]
    [TestCase(64, "2001:db8::", true)]
    [TestCase(32, "2001:db8::", true)]
    [TestCase(0, "::", true)]
    public void A_prefix_of_ipv6_has_up_to_128_bits(int length, string network, bool hasNext)
    {
        IpPrefix prefix = new(Six, length);
        Assert.That(prefix.Network.ToString(), Is.EqualTo(network));
        Assert.That(prefix.Contains(Six), Is.True);
        Assert.That(prefix.Contains(Six with { Low = Six.Low + 1 }), Is.EqualTo(hasNext));
        Assert.That(prefix.Contains(Four), Is.False);
    }

    [Test]
    public void A_flow_is_another_one_by_each_of_its_names()
    {
        FlowKey flow = new(Four, 80, Six, 40_000);
        FlowHash hash = new(new UInt128(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210));
        FlowKey[] others =
        [
            flow with { LocalPort = 81 },
            flow with { RemotePort = 40_001 },
            flow with { LocalAddress = Six },
            flow with { LocalAddress = new Ipv4Address(Four.Value + 1) },
            flow with { RemoteAddress = Four },
            flow with { RemoteAddress = Six with { Low = Six.Low + 1 } },
            flow with { RemoteAddress = Six with { High = Six.High + 1 } },
        ];
        FlowKey same = new(Four, 80, Six, 40_000);
        Assert.That(flow.Is(in same) && flow == same && hash.Of(in flow) == hash.Of(in same), Is.True);
        foreach (FlowKey other in others)
        {
            Assert.That(flow.Is(in other) || flow == other, Is.False, other.ToString());
            Assert.That(hash.Of(in other), Is.Not.EqualTo(hash.Of(in flow)), other.ToString());
        }
        Assert.That(MemoryMarshal.AsBytes(new FlowKey[1].AsSpan()).Length, Is.EqualTo(40));
    }

    // The vectors of the reference implementation: keys and bytes that count up from 0.
    [TestCase(0, 0x726F_DB47_DD0E_0E31ul)]
    [TestCase(1, 0x93F5_F579_9A93_2462ul)]
    [TestCase(2, 0x3F2A_CC7F_57C2_9BDBul)]
    [TestCase(5, 0x0E3E_A96B_5304_A7D0ul)]
    public void The_keyed_hash_is_the_one_of_its_authors(int words, ulong expected)
    {
        var key = new UInt128(0x0F0E_0D0C_0B0A_0908, 0x0706_0504_0302_0100);
        ulong[] counting = [.. Enumerable.Range(0, words)
            .Select(word => 0x0706_0504_0302_0100 + ((ulong)word * 0x0808_0808_0808_0808))];
        Assert.That(SipHash.Hash(key, counting), Is.EqualTo(expected));
    }
}
