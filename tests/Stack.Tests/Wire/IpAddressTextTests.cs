using System.Buffers.Binary;
using System.Net;
using System.Text;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Wire;

public sealed class IpAddressTextTests
{
    [TestCase("0.0.0.0")]
    [TestCase("198.18.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("1::")]
    [TestCase("2001:db8::5")]
    [TestCase("2001:DB8:0:0:8:800:200c:417a")]
    [TestCase("1:2:3:4:5:6:7:8")]
    [TestCase("1:2:3:4:5:6:7::")]
    [TestCase("::2:3:4:5:6:7:8")]
    [TestCase("64:ff9b::198.18.0.1")]
    [TestCase("1:2:3:4:5:6:198.18.0.1")]
    public void An_address_is_what_others_take_it_for(string text)
    {
        Assert.That(IpAddressText.TryRead(Encoding.ASCII.GetBytes(text), out IpAddress address), Is.True);

        Assert.That(address.ToString(), Is.EqualTo(Rfc5952(IPAddress.Parse(text))));
    }

    [TestCase("")]
    [TestCase("1.2.3")]
    [TestCase("1.2.3.4.5")]
    [TestCase("1.2.3.256")]
    [TestCase("1.2.3.+4")]
    [TestCase("1.2.3. 4")]
    [TestCase("1.2.3.")]
    [TestCase("1..3.4")]
    [TestCase("1.2.3.0004")]
    [TestCase(":")]
    [TestCase(":::")]
    [TestCase("1:::2")]
    [TestCase("1::2::3")]
    [TestCase("1:2:3:4:5:6:7")]
    [TestCase("1:2:3:4:5:6:7:8:9")]
    [TestCase("1:2:3:4::5:6:7:8")]
    [TestCase(":1:2:3:4:5:6:7")]
    [TestCase("1:2:3:4:5:6:7:")]
    [TestCase("12345::")]
    [TestCase("g::")]
    [TestCase("1:2:3:4:5:6:7:1.2.3.4")]
    [TestCase("::1.2.3.4:5")]
    [TestCase("fe80::1%eth0")]
    [TestCase("unknown")]
    [TestCase("_hidden")]
    public void What_is_no_address_is_none(string text) =>
        Assert.That(IpAddressText.TryRead(Encoding.ASCII.GetBytes(text), out _), Is.False);

    // An independent reader, and what is written of its bytes.
    private static string Rfc5952(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4
            ? address.ToString()
            : new IpAddress(
                BinaryPrimitives.ReadUInt64BigEndian(bytes),
                BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8))).ToString();
    }
}
