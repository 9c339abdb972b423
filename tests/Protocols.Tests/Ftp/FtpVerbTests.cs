using System.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class FtpVerbTests
{
    [Test]
    public void Every_verb_is_known_by_its_name_in_any_case([Values] FtpVerb verb)
    {
        string name = Encoding.ASCII.GetString(FtpCommand.NameOf(verb));
        if (verb == FtpVerb.Unknown)
        {
            Assert.That(name, Is.Empty);
            return;
        }
        Assert.That(name, Is.EqualTo(verb.ToString().ToUpperInvariant()));
        Assert.That(Parse(name), Is.EqualTo((verb, "")));
        Assert.That(Parse(name.ToLowerInvariant() + " x"), Is.EqualTo((verb, "x")));
        Assert.That(Parse(verb + " X y"), Is.EqualTo((verb, "X y")));
    }

    [TestCase("XCWD /a", nameof(FtpVerb.Cwd), "/a")]
    [TestCase("xcup", nameof(FtpVerb.Cdup), "")]
    [TestCase("XMKD a", nameof(FtpVerb.Mkd), "a")]
    [TestCase("XPWD", nameof(FtpVerb.Pwd), "")]
    [TestCase("Xrmd a", nameof(FtpVerb.Rmd), "a")]
    [TestCase("RETR  a ", nameof(FtpVerb.Retr), " a ")]
    [TestCase("RETR ", nameof(FtpVerb.Retr), "")]
    [TestCase("NOOP  ", nameof(FtpVerb.Noop), " ")]
    [TestCase("STOR a\rb", nameof(FtpVerb.Stor), "a\rb")]
    [TestCase("", nameof(FtpVerb.Unknown), "")]
    [TestCase(" NOOP", nameof(FtpVerb.Unknown), "NOOP")]
    [TestCase("NOOP\tx", nameof(FtpVerb.Unknown), "")]
    [TestCase("NOOPS x", nameof(FtpVerb.Unknown), "x")]
    [TestCase("NO", nameof(FtpVerb.Unknown), "")]
    [TestCase("XQUI", nameof(FtpVerb.Unknown), "")]
    [TestCase("XRETR a", nameof(FtpVerb.Unknown), "a")]
    [TestCase("CWD\0", nameof(FtpVerb.Unknown), "")]
    [TestCase("RCWD", nameof(FtpVerb.Unknown), "")]
    [TestCase("SERP", nameof(FtpVerb.Unknown), "")] // the end of USER and the beginning of PASS
    [TestCase("\u00d2ETR a", nameof(FtpVerb.Unknown), "a")]
    public void A_line_is_a_verb_and_what_stands_behind_one_space(
        string line, string verb, string argument) =>
        Assert.That(Parse(line), Is.EqualTo((Enum.Parse<FtpVerb>(verb), argument)));

    private static (FtpVerb Verb, string Argument) Parse(string line)
    {
        FtpVerb verb = FtpCommand.Parse(Encoding.Latin1.GetBytes(line), out ReadOnlySpan<byte> argument);
        return (verb, Encoding.Latin1.GetString(argument));
    }
}
