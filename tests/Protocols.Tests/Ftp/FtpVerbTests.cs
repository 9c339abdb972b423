using System.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class FtpVerbTests
{
    [Test]
    public void Every_verb_is_known_by_its_name_in_any_case([Values] FtpVerb verb)
    {
        FtpVerbRule rule = FtpCommand.RuleOf(verb);
        string name = rule.Name;
        Assert.That(rule.Verb, Is.EqualTo(verb));
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

    [TestCase("STAT", false, "")]
    [TestCase("STAT -l", true, "")]
    [TestCase("STAT -a -l pub", true, "pub")]
    [TestCase("LIST -la", true, "")]
    [TestCase("NLST -a a b", true, "a b")]
    [TestCase("NLST -1", true, "-1")]
    [TestCase("LIST - x", true, "- x")]
    [TestCase("MLSD -l", true, "-l")]
    [TestCase("RETR -l", true, "-l")]
    [TestCase("NOOP -l", false, "-l")]
    public void Options_of_ls_are_passed_over_where_there_may_be_some(
        string line, bool takesPath, string argument)
    {
        FtpVerbRule rule = FtpCommand.Find(Encoding.ASCII.GetBytes(line), out ReadOnlySpan<byte> found);
        Assert.That(rule.Has(VerbTraits.TakesPath), Is.EqualTo(takesPath));
        Assert.That(Encoding.ASCII.GetString(found), Is.EqualTo(argument));
    }

    [Test]
    public void A_command_with_a_path_or_rights_needs_a_login([Values] FtpVerb verb)
    {
        FtpVerbRule rule = FtpCommand.RuleOf(verb);
        bool isOpen = !rule.Has(VerbTraits.NeedsLogin);
        Assert.That(isOpen && rule.Has(VerbTraits.TakesPath | VerbTraits.SpendsRest), Is.False);
        Assert.That(rule.Rights != FtpRights.None && !rule.Has(VerbTraits.TakesPath), Is.False);
    }

    private static (FtpVerb Verb, string Argument) Parse(string line)
    {
        FtpVerb verb = FtpCommand.Parse(Encoding.Latin1.GetBytes(line), out ReadOnlySpan<byte> argument);
        return (verb, Encoding.Latin1.GetString(argument));
    }
}
