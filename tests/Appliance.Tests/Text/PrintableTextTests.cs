using System.Text;
using Straightwire.Appliance.Doctor;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Tests.Text;

internal sealed class PrintableTextTests
{
    /// <summary>What no line of a log and no terminal is shown raw: C0, DEL, C1, bidi, separators.</summary>
    public const string Hostile =
        "a\u001b]0;x\u0007\u001b[2J\r\n\t\0\u007f\u0085\u009b31m\u061c\u200e\u202e\u2066\u2028\u2029"
        + "\ufeff\u00ad";

    [TestCase("", "")]
    [TestCase("plain ~name (1).txt", "plain ~name (1).txt")]
    [TestCase("grün/日本 \U0001F600 e\u0301", "grün/日本 \U0001F600 e\u0301")]
    [TestCase("a\\x1B", "a\\x1B")]
    [TestCase("\u001b[2J", "\\x1B[2J")]
    [TestCase("a\r\nb\tc\0", "a\\x0D\\x0Ab\\x09c\\x00")]
    [TestCase("\u007f\u0085\u009b", "\\x7F\\x85\\x9B")]
    [TestCase("exe.\u202egpj", "exe.\\u202Egpj")]
    [TestCase("\u2028\u2029\u2066\ufeff\u00ad", "\\u2028\\u2029\\u2066\\uFEFF\\xAD")]
    [TestCase("\U000E0041", "\\U000E0041")]
    public void What_is_not_printable_is_escaped(string text, string printable)
    {
        Assert.That(PrintableText.Of(text), Is.EqualTo(printable));
        Assert.That(PrintableText.Of(printable), Is.SameAs(printable), "once is enough");
    }

    [Test]
    public void Half_a_character_is_escaped() => Assert.That(
        PrintableText.Of("half \ud83d of one \ude00"), Is.EqualTo("half \\uD83D of one \\uDE00"));

    [Test]
    public void Bytes_that_are_no_text_are_shown_as_bytes()
    {
        Assert.That(PrintableText.Of("gr\u00fcn"u8), Is.EqualTo("grün"));
        Assert.That(PrintableText.Of([0x61, 0xFF, 0xC3, 0x62]), Is.EqualTo("a\\xFF\\xC3b"));
        Assert.That(PrintableText.Of([0xE2, 0x82]), Is.EqualTo("\\xE2\\x82"), "a character that is cut off");
        Assert.That(PrintableText.Of([0xC0, 0xAF]), Is.EqualTo("\\xC0\\xAF"), "overlong");
        Assert.That(PrintableText.Of([0xED, 0xA0, 0x80]), Is.EqualTo("\\xED\\xA0\\x80"), "a surrogate");
        Assert.That(PrintableText.Of([0x1B, 0xC2, 0x9B, 0x0A]), Is.EqualTo("\\x1B\\x9B\\x0A"));
    }

    [Test]
    public void A_terminal_gets_lines_of_printable_text()
    {
        var terminal = new StringWriter();
        using (var writer = new PrintableWriter(terminal))
        {
            writer.WriteLine("usage:\n  " + Hostile);
            writer.Write(Hostile.AsSpan());
            writer.Write('\u001b');
            writer.Write("{0}", Hostile);
            writer.Write(Hostile.ToCharArray());
            writer.WriteLine();
        }
        Assert.That(Raw(terminal.ToString()), Is.Empty);
        Assert.That(terminal.ToString(), Does.StartWith("usage:\n  a\\x1B]0;x\\x07").And.EndsWith("\n"));
    }

    [Test]
    public void A_finding_of_doctor_is_one_printable_line() => Assert.That(
        new Finding(Verdict.Warn, "content", $"/srv/{Hostile}: there is nothing to serve").ToString(),
        Does.StartWith("warn  content     /srv/a\\x1B]0").And.Not.Contain("\n"));

    [Test]
    public void An_exception_is_told_with_its_messages_in_one_line_each()
    {
        Exception told = Thrown(new IOException(Hostile, Thrown(new InvalidOperationException(Hostile))));
        string[] lines = PrintableText.Of(told).TrimEnd('\n').Split('\n');
        Assert.That(Raw(string.Concat(lines)), Is.Empty);
        Assert.That(lines[0], Does.StartWith("System.IO.IOException: a\\x1B]0;x"));
        Assert.That(lines.Count(line => line.Contains("InvalidOperationException: a\\x1B")), Is.EqualTo(1));
        Assert.That(lines.Where(line => !line.Contains(": a\\x1B")), Is.All.StartsWith("   at "));
    }

    /// <summary>What stands raw in a text of lines, though it should not.</summary>
    public static IEnumerable<Rune> Raw(string text) =>
        text.EnumerateRunes().Where(rune => rune.Value != '\n' && !PrintableText.Has(rune));

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }
}
