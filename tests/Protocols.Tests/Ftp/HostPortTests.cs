using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class HostPortTests
{
    [TestCase("198,18,0,1,200,13", "198.18.0.1", 51_213)]
    [TestCase("0,0,0,0,0,0", "0.0.0.0", 0)]
    [TestCase("255,255,255,255,255,255", "255.255.255.255", 65_535)]
    [TestCase("010,001,000,007,004,001", "10.1.0.7", 1025)]
    public void A_port_argument_is_six_numbers(string argument, string address, int port)
    {
        Assert.That(
            HostPort.TryParsePort(Encoding.ASCII.GetBytes(argument), out Ipv4Address host, out ushort number),
            Is.True);
        Assert.That((host.ToString(), (int)number), Is.EqualTo((address, port)));
    }

    [TestCase("")]
    [TestCase("198,18,0,1,200")]
    [TestCase("198,18,0,1,200,13,")]
    [TestCase("198,18,0,1,200,13,1")]
    [TestCase("198,18,0,1,200,256")]
    [TestCase("256,18,0,1,200,13")]
    [TestCase("198,18,0,1,,13")]
    [TestCase("198,18,0,1,200,")]
    [TestCase(",198,18,0,1,200,13")]
    [TestCase("198,18,0,1,200, 13")]
    [TestCase("198,18,0,1,200,13 ")]
    [TestCase("198.18.0.1.200.13")]
    [TestCase("-1,18,0,1,200,13")]
    [TestCase("+1,18,0,1,200,13")]
    [TestCase("0x1,18,0,1,200,13")]
    [TestCase("0198,18,0,1,200,13")]
    [TestCase("4294967297,18,0,1,200,13")]
    public void Anything_else_is_no_port_argument(string argument)
    {
        Assert.That(
            HostPort.TryParsePort(Encoding.ASCII.GetBytes(argument), out Ipv4Address host, out ushort number),
            Is.False);
        Assert.That((host, number), Is.EqualTo((Ipv4Address.Any, (ushort)0)));
    }

    [TestCase("|1|198.18.0.1|6275|", nameof(EprtResult.Ok), "198.18.0.1", 6275)]
    [TestCase("!1!198.18.0.1!65535!", nameof(EprtResult.Ok), "198.18.0.1", 65_535)]
    [TestCase(",1,198.18.0.1,0,", nameof(EprtResult.Ok), "198.18.0.1", 0)]
    [TestCase("~1~198.18.0.1~21~", nameof(EprtResult.Ok), "198.18.0.1", 21)]
    [TestCase("|2|1080::8:800:200C:417A|5282|", nameof(EprtResult.UnsupportedProtocol), "0.0.0.0", 0)]
    [TestCase("|3|x|5282|", nameof(EprtResult.UnsupportedProtocol), "0.0.0.0", 0)]
    [TestCase("", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0.1|6275", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0.1|6275|x", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0.1|65536|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0.1||", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0|6275|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0.1.1|6275|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|198.18.0.256|6275|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1|localhost|6275|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("|1!198.18.0.1!6275!", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("||198.18.0.1|6275|", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("111198.18.0.1162751", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase(".1.198.18.0.1.6275.", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase(" 1 198.18.0.1 6275 ", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    [TestCase("\u00a61\u00a6198.18.0.1\u00a66275\u00a6", nameof(EprtResult.Malformed), "0.0.0.0", 0)]
    public void An_extended_port_argument_names_its_protocol(
        string argument, string result, string address, int port)
    {
        EprtResult got = HostPort.TryParseEprt(
            Encoding.Latin1.GetBytes(argument), out Ipv4Address host, out ushort number);
        Assert.That(
            (got, host.ToString(), (int)number), Is.EqualTo((Enum.Parse<EprtResult>(result), address, port)));
    }

    [TestCase("", nameof(EpsvResult.Any))]
    [TestCase("1", nameof(EpsvResult.Ok))]
    [TestCase("ALL", nameof(EpsvResult.All))]
    [TestCase("all", nameof(EpsvResult.All))]
    [TestCase("2", nameof(EpsvResult.UnsupportedProtocol))]
    [TestCase("0", nameof(EpsvResult.UnsupportedProtocol))]
    [TestCase("65535", nameof(EpsvResult.UnsupportedProtocol))]
    [TestCase("100000", nameof(EpsvResult.Malformed))]
    [TestCase("1 ", nameof(EpsvResult.Malformed))]
    [TestCase(" ", nameof(EpsvResult.Malformed))]
    [TestCase("-1", nameof(EpsvResult.Malformed))]
    [TestCase("ALLE", nameof(EpsvResult.Malformed))]
    public void An_extended_passive_argument_is_a_protocol_or_all(string argument, string expected) =>
        Assert.That(
            HostPort.ParseEpsv(Encoding.ASCII.GetBytes(argument)),
            Is.EqualTo(Enum.Parse<EpsvResult>(expected)));

    [TestCase(0xC612_0001, 51_213, "198,18,0,1,200,13", "|||51213|")]
    [TestCase(0u, 0, "0,0,0,0,0,0", "|||0|")]
    [TestCase(0xFFFF_FFFF, 65_535, "255,255,255,255,255,255", "|||65535|")]
    public void A_passive_reply_tells_where_to_connect(uint address, int port, string pasv, string epsv)
    {
        var destination = new byte[HostPort.PasvLengthMax];
        int length = HostPort.WritePasv(new Ipv4Address(address), (ushort)port, destination);
        Assert.That(Encoding.ASCII.GetString(destination, 0, length), Is.EqualTo(pasv));
        destination = new byte[HostPort.EpsvLengthMax];
        length = HostPort.WriteEpsv((ushort)port, destination);
        Assert.That(Encoding.ASCII.GetString(destination, 0, length), Is.EqualTo(epsv));
    }

    [Test]
    public void What_a_passive_reply_says_is_read_as_it_was_meant() =>
        Prop.ForAll<uint, ushort>((address, port) =>
        {
            var destination = new byte[HostPort.PasvLengthMax];
            int length = HostPort.WritePasv(new Ipv4Address(address), port, destination);
            return HostPort.TryParsePort(
                    destination.AsSpan(0, length), out Ipv4Address host, out ushort number)
                && host.Value == address && number == port;
        }).QuickCheckThrowOnFailure();
}
