using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Content;

internal sealed class GlobPatternTests
{
    [TestCase("", "", true)]
    [TestCase("", "a", false)]
    [TestCase("a", "a", true)]
    [TestCase("a", "A", false)]
    [TestCase("*", "", true)]
    [TestCase("*", "abc", true)]
    [TestCase("*.txt", "a.txt", true)]
    [TestCase("*.txt", "a.txt2", false)]
    [TestCase("a*", "a", true)]
    [TestCase("a*c", "abcbc", true)]
    [TestCase("a**c", "ac", true)]
    [TestCase("a*b*c", "aXbYc", true)]
    [TestCase("a*b*c", "aXcYb", false)]
    [TestCase("?", "", false)]
    [TestCase("?", "a", true)]
    [TestCase("?", "ä", true)]
    [TestCase("?", "€", true)]
    [TestCase("??", "€", false)]
    [TestCase("*??", "€", false)]
    [TestCase("*??bc", "€bc", false)]
    [TestCase("*?", "€", true)]
    [TestCase("*€", "ä€", true)]
    [TestCase("[a-c]x", "bx", true)]
    [TestCase("[a-c]x", "dx", false)]
    [TestCase("[abc]", "c", true)]
    [TestCase("[!a-c]", "d", true)]
    [TestCase("[^a-c]", "b", false)]
    [TestCase("[!a]", "€", true)]
    [TestCase("[!a]", "", false)]
    [TestCase("[ä-ü]", "ö", true)]
    [TestCase("[a-]", "-", true)]
    [TestCase("[-a]", "-", true)]
    [TestCase("[c-a]", "b", false)]
    [TestCase("[]]", "]", true)]
    [TestCase("[]a]", "a", true)]
    [TestCase("[!]]", "]", false)]
    [TestCase("[!]]", "a", true)]
    [TestCase("[[]", "[", true)]
    [TestCase("[a", "[a", true)]
    [TestCase("[]", "[]", true)]
    [TestCase("[!]", "[!]", true)]
    [TestCase("[", "[", true)]
    [TestCase("*[", "a[", true)]
    [TestCase("[*]", "*", true)]
    [TestCase("[*]", "a", false)]
    [TestCase("*[0-9].log", "a12.log", true)]
    public void A_pattern_matches_the_whole_name(string pattern, string name, bool expected) =>
        Assert.That(
            GlobPattern.Matches(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(name)),
            Is.EqualTo(expected));

    [TestCase("", false)]
    [TestCase("a.txt", false)]
    [TestCase("*", true)]
    [TestCase("a?", true)]
    [TestCase("[a]", true)]
    [TestCase("a[", false)]
    [TestCase("a]", false)]
    [TestCase("[]", false)]
    public void A_pattern_is_told_from_a_name(string text, bool expected) =>
        Assert.That(GlobPattern.IsPattern(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    // Backtracking over every star would take steps beyond counting: the test would not end.
    [TestCase("*a", 127, "b")]
    [TestCase("*?", 125, "[!a]")]
    [TestCase("*[a-z]", 40, "[0-9]")]
    public void Many_stars_make_no_exponential_work(string element, int count, string end)
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(element, count)) + end);
        byte[] name = Encoding.ASCII.GetBytes(new string('a', 255));
        Assert.That(GlobPattern.IsPattern(pattern), Is.True);
        Assert.That(GlobPattern.Matches(pattern, name), Is.False);
    }

    [Test]
    public void A_pattern_beyond_the_limit_is_none_and_matches_nothing()
    {
        byte[] pattern = Encoding.ASCII.GetBytes(new string('*', GlobPattern.BytesMax + 1));
        Assert.That(GlobPattern.IsPattern(pattern), Is.False);
        Assert.That(GlobPattern.Matches(pattern, "a"u8), Is.False);
        Assert.That(GlobPattern.Matches(pattern.AsSpan(1), "a"u8), Is.True);
    }

    [Test]
    public void Matching_agrees_with_trying_everything() =>
        Prop.ForAll(
                Gen.Elements("a", "b", "*", "?", "[ab]", "[!a]", "€").ArrayOf().ToArbitrary(),
                Gen.Elements("a", "b", "€").ArrayOf().ToArbitrary(),
                (pattern, name) =>
                    GlobPattern.Matches(
                        Encoding.UTF8.GetBytes(string.Concat(pattern)),
                        Encoding.UTF8.GetBytes(string.Concat(name)))
                    == MatchesByTrying(pattern, name))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(30));

    private static bool MatchesByTrying(ReadOnlySpan<string> pattern, ReadOnlySpan<string> name)
    {
        if (pattern.IsEmpty)
        {
            return name.IsEmpty;
        }
        if (pattern[0] == "*")
        {
            return MatchesByTrying(pattern[1..], name)
                || (!name.IsEmpty && MatchesByTrying(pattern, name[1..]));
        }
        return !name.IsEmpty
            && pattern[0] switch
            {
                "?" => true,
                "[ab]" => name[0] is "a" or "b",
                "[!a]" => name[0] != "a",
                _ => pattern[0] == name[0],
            }
            && MatchesByTrying(pattern[1..], name[1..]);
    }
}
