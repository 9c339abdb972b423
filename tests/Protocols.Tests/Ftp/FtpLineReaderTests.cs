using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class FtpLineReaderTests
{
    private const int LineBytesMax = 32;

    // What is on the wire, as Latin-1, and the text that it means.
    private static readonly (string Wire, string Text)[] Pieces =
    [
        ("NOOP", "NOOP"), ("abor", "abor"), ("ABOR", "ABOR"), (" ", " "), ("x", "x"), ("\0", "\0"),
        ("\r\0", "\r"), ("\rx", "\rx"), ("\u00ff\u00ff", "\u00ff"), ("\u00c3\u00a4", "\u00c3\u00a4"),
        ("\u00ff\u00f1", ""), ("\u00ff\u00f4\u00ff\u00f2", ""), ("\u00ff\u00fb\n", ""),
        ("\u00ff\u00fe\u00ff", ""),
        ("\u00ff\u00fa\u0018\n\u00ff\u00ff\u00f0a\u00ff\u00f0", ""), ("\u00ffx", "x"),
    ];

    private static Gen<(string Wire, string Text)> Bodies => Gen.Elements(Pieces).ArrayOf()
        .Select(parts => (
            string.Concat(parts.Select(part => part.Wire)), string.Concat(parts.Select(part => part.Text))));

    [TestCase("NOOP\r\n", "NOOP")]
    [TestCase("NOOP\n", "NOOP")]
    [TestCase("\r\n", "")]
    [TestCase("\n", "")]
    [TestCase("RETR a\rb\r\n", "RETR a\rb")]
    [TestCase("RETR a\r\0b\r\n", "RETR a\rb")]
    [TestCase("RETR a\r\0\r\n", "RETR a\r")]
    [TestCase("NOOP\r\r\n", "NOOP\r")]
    [TestCase("RETR \u00ff\u00ff\r\n", "RETR \u00ff")]
    [TestCase("\u00ff\u00f4\u00ff\u00f2ABOR\r\n", "ABOR")]
    [TestCase("\u00ff\u00f4\u00f2ABOR\r\n", "ABOR")]
    [TestCase("RETR \u00f2\r\n", "RETR \u00f2")]
    [TestCase("\u00ff\u00fb\u0001\u00ff\u00fc\u0001\u00ff\u00fd\u0001\u00ff\u00fe\u0001NOOP\r\n", "NOOP")]
    [TestCase("NO\u00ff\u00fd\nOP\r\n", "NOOP")]
    [TestCase("NO\u00ff\u00fa\u0018\0\r\n\u00ff\u00ff\u00f0a\u00ff\u00f0OP\r\n", "NOOP")]
    [TestCase("NO\u00ff\u00f1OP\u00ff\u00f6\r\u00ff\u00f1\n", "NOOP\r")]
    [TestCase("RETR \u00ff\r\n", "RETR ")]
    public void A_line_is_read_without_its_end_and_the_telnet_commands_in_it(string wire, string expected)
    {
        byte[] received = Encoding.Latin1.GetBytes(wire + "QUIT\r\n");
        Assert.That(Read(received, LineBytesMax), Is.EqualTo((LineResult.Line, expected, wire.Length)));
    }

    [Test]
    public void Whatever_the_line_it_means_what_its_pieces_mean() =>
        Prop.ForAll(Bodies.ToArbitrary(), body =>
        {
            byte[] received = Encoding.Latin1.GetBytes(body.Wire + "\r\nx");
            return Read(received, received.Length)
                == (LineResult.Line, body.Text, body.Wire.Length + 2);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Test]
    public void Every_strict_prefix_of_a_line_is_incomplete_and_consumes_nothing() =>
        Prop.ForAll(Bodies.ToArbitrary(), body =>
        {
            byte[] received = Encoding.Latin1.GetBytes(body.Wire + "\r\n");
            return Enumerable.Range(0, received.Length)
                .All(length => Read(received[..length], received.Length) == (LineResult.Incomplete, "", 0));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Test]
    public void A_line_of_just_the_limit_is_read_and_each_of_its_prefixes_is_incomplete()
    {
        byte[] received = Encoding.Latin1.GetBytes(new string('a', LineBytesMax) + "\r\n");
        Assert.That(
            Read(received, LineBytesMax),
            Is.EqualTo((LineResult.Line, new string('a', LineBytesMax), received.Length)));
        for (int length = 0; length < received.Length; length++)
        {
            Assert.That(Read(received[..length], LineBytesMax).Result, Is.EqualTo(LineResult.Incomplete));
        }
    }

    [Test]
    public void A_line_of_just_the_limit_may_have_every_byte_doubled()
    {
        byte[] received = [.. Enumerable.Repeat((byte)0xFF, 2 * LineBytesMax), (byte)'\r', (byte)'\n'];
        Assert.That(
            Read(received, LineBytesMax),
            Is.EqualTo((LineResult.Line, new string('\u00ff', LineBytesMax), received.Length)));
    }

    [TestCase("")]
    [TestCase("\r\n")]
    public void A_line_beyond_the_limit_is_too_long_with_and_without_its_end(string end)
    {
        byte[] received = Encoding.Latin1.GetBytes(new string('a', LineBytesMax + 1) + end);
        Assert.That(Read(received, LineBytesMax), Is.EqualTo((LineResult.TooLong, "", 0)));
    }

    [TestCase("\u00ff\u00f1", "")]
    [TestCase("\u00ff\u00f1", "\r\n")]
    [TestCase("\u00ff\u00fa", "")]
    [TestCase("\u00f2", "\r\n")]
    public void Telnet_commands_do_not_make_a_line_endless(string command, string end)
    {
        string wire = string.Concat(Enumerable.Repeat(command, (2 * LineBytesMax) + 3)) + end;
        Assert.That(
            Read(Encoding.Latin1.GetBytes(wire), LineBytesMax), Is.EqualTo((LineResult.TooLong, "", 0)));
    }

    [TestCase("ABOR\r\n", true)]
    [TestCase("abor\n", true)]
    [TestCase("NOOP\r\nAbOr\r\n", true)]
    [TestCase("ABOR now\r\n", true)]
    [TestCase("NOOP\r\n\u00ff\u00f4\u00ff\u00f2ABOR\r\nQUIT", true)]
    [TestCase("\u00ff\u00f4\u00f2ABOR\r\n", true)]
    [TestCase("AB\u00ff\u00fb\u0001OR\r\n", true)]
    [TestCase("", false)]
    [TestCase("ABOR", false)]
    [TestCase("ABOR\r", false)]
    [TestCase(" ABOR\r\n", false)]
    [TestCase("ABO\r\n", false)]
    [TestCase("ABORT\r\n", false)]
    [TestCase("RETR ABOR\r\n", false)]
    [TestCase("\u00ff\u00fa\nABOR\n\u00ff\u00f0NOOP\r\n", false)]
    public void An_abort_is_seen_among_other_lines(string wire, bool expected) =>
        Assert.That(FtpLineReader.HoldsAbort(Encoding.Latin1.GetBytes(wire)), Is.EqualTo(expected));

    [Test]
    public void An_abort_is_seen_exactly_where_reading_all_lines_finds_one() =>
        Prop.ForAll(Bodies.ArrayOf().ToArbitrary(), bodies =>
        {
            byte[] received = Encoding.Latin1.GetBytes(string.Join("\r\n", bodies.Select(body => body.Wire)));
            return FtpLineReader.HoldsAbort(received) == FindsAbort(received);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [TestCase("", -1)]
    [TestCase("abc\r", -1)]
    [TestCase("\n", 1)]
    [TestCase("abc\r\ndef\r\n", 5)]
    public void A_line_is_discarded_with_its_end(string wire, int expected) =>
        Assert.That(FtpLineReader.EndOfLine(Encoding.Latin1.GetBytes(wire)), Is.EqualTo(expected));

    private static bool FindsAbort(ReadOnlySpan<byte> received)
    {
        var line = new byte[received.Length + 1];
        while (FtpLineReader.Read(received, line, out int length, out int consumed) == LineResult.Line)
        {
            if (FtpCommand.Parse(line.AsSpan(0, length), out _) == FtpVerb.Abor)
            {
                return true;
            }
            received = received[consumed..];
        }
        return false;
    }

    private static (LineResult Result, string Line, int Consumed) Read(byte[] received, int lineBytesMax)
    {
        var line = new byte[lineBytesMax];
        LineResult result = FtpLineReader.Read(received, line, out int length, out int consumed);
        return (result, Encoding.Latin1.GetString(line, 0, length), consumed);
    }
}
