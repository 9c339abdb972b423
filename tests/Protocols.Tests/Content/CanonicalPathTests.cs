using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Content;

public sealed class CanonicalPathTests
{
    [TestCase("/", "/")]
    [TestCase("/index.html", "/index.html")]
    [TestCase("/a/b/", "/a/b/")]
    [TestCase("/a b~!$&'()*+,;=:@", "/a b~!$&'()*+,;=:@")]
    [TestCase("/%61%62", "/ab")]
    [TestCase("/a%20b", "/a b")]
    [TestCase("/%e2%82%ac", "/€")]
    [TestCase("/€", "/€")]
    [TestCase("/a%2Fb", "/a/b")]
    [TestCase("/100%25", "/100%")]
    [TestCase("/%2541", "/%41")]
    [TestCase("//", "/")]
    [TestCase("//a///b//", "/a/b/")]
    [TestCase("/./a/./b/.", "/a/b/")]
    [TestCase("/a/../b", "/b")]
    [TestCase("/a/b/..", "/a/")]
    [TestCase("/a/..", "/")]
    [TestCase("/a//../b", "/b")]
    [TestCase("/a/%2e%2E/b", "/b")]
    [TestCase("/a%2f..%2fb", "/b")]
    [TestCase("/...", "/...")]
    [TestCase("/..a/.b/c..", "/..a/.b/c..")]
    [TestCase("/.well-known/x", "/.well-known/x")]
    public void A_target_has_one_canonical_path(string target, string expected) =>
        Assert.That(Make(target), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("*")]
    [TestCase("a/b")]
    [TestCase("http://host/")]
    [TestCase("%2Fa")]
    [TestCase("/%")]
    [TestCase("/%4")]
    [TestCase("/%4g")]
    [TestCase("/%%41")]
    [TestCase("/%u0041")]
    [TestCase("/a%00.html")]
    [TestCase("/a\0")]
    [TestCase("/a%0d%0ab")]
    [TestCase("/a\tb")]
    [TestCase("/a%7f")]
    [TestCase("/a\\b")]
    [TestCase("/a%5c..%5cb")]
    [TestCase("/..")]
    [TestCase("/../")]
    [TestCase("/../etc/passwd")]
    [TestCase("//../etc/passwd")]
    [TestCase("/a/../../etc/passwd")]
    [TestCase("/%2e%2e/etc/passwd")]
    [TestCase("/a/.%2e/%2e./etc/passwd")]
    [TestCase("/..%2fetc/passwd")]
    [TestCase("/%ff")]
    [TestCase("/%c0%af")]
    [TestCase("/%c0%ae%c0%ae/etc/passwd")]
    [TestCase("/%e0%80%af")]
    [TestCase("/%ed%a0%80")]
    [TestCase("/%f4%90%80%80")]
    [TestCase("/%e2%82")]
    public void A_malformed_target_has_none(string target) => Assert.That(Make(target), Is.Null);

    [Test]
    public void Whatever_the_target_a_canonical_path_holds_nothing_that_could_mislead()
    {
        // Single bytes are rare in hostile targets: pieces that mean something make nearly all cases
        // interesting.
        string[] pieces = ["/", "/", ".", "..", "/../", "//", "%2e", "%2F", "%25", "%00", "%", "%c0%af",
            "%5c", "\\", "a", "b.html", "€", "%e2%82%ac", " ", "\u007f", ".well-known"];
        Gen<string> targets = Gen.Elements(pieces).ArrayOf().Select(parts => "/" + string.Concat(parts));
        Prop.ForAll(targets.ToArbitrary(), HoldsForTarget)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Test]
    public void Whatever_the_bytes_nothing_is_thrown_and_the_rules_hold() =>
        Prop.ForAll<byte[]>(bytes => Holds([(byte)'/', .. bytes]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [TestCase("a", true)]
    [TestCase("%41", true)]
    [TestCase("a b", true)]
    [TestCase("ä", true)]
    [TestCase("", false)]
    [TestCase(".", false)]
    [TestCase("..", false)]
    [TestCase("a/b", false)]
    [TestCase("a\\b", false)]
    [TestCase("a\nb", false)]
    public void A_file_name_is_a_segment_when_a_request_could_ask_for_it(string name, bool expected) =>
        Assert.That(CanonicalPath.IsSegment(Encoding.UTF8.GetBytes(name)), Is.EqualTo(expected));

    [Test]
    public void A_file_name_that_is_not_UTF_8_is_no_segment() =>
        Assert.That(CanonicalPath.IsSegment([(byte)'a', 0xE4]), Is.False);

    [TestCase(".git", true)]
    [TestCase(".well-known", false)]
    [TestCase(".well-known2", true)]
    [TestCase("a.b", false)]
    public void Dot_files_are_hidden_but_for_well_known(string name, bool expected) =>
        Assert.That(CanonicalPath.IsHidden(Encoding.UTF8.GetBytes(name)), Is.EqualTo(expected));

    private static bool HoldsForTarget(string target) => Holds(Encoding.UTF8.GetBytes(target));

    private static bool Holds(byte[] target)
    {
        var destination = new byte[target.Length];
        if (CanonicalPath.TryMake(target, destination, out int length) == CanonicalPathResult.Malformed)
        {
            return length == 0;
        }
        string path = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(destination, 0, length);
        return path[0] == '/'
            && !path.Contains("//", StringComparison.Ordinal)
            && !path.Split('/').Any(segment => segment is "." or "..")
            && !path.Any(c => c is < ' ' or '\\' or '\u007f')
            // A percent sign of the path would be decoded anew, so that it is encoded before the path is made
            // again.
            && Make(path.Replace("%", "%25", StringComparison.Ordinal)) == path;
    }

    private static string? Make(string target)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(target);
        var destination = new byte[bytes.Length];
        return CanonicalPath.TryMake(bytes, destination, out int length) == CanonicalPathResult.Ok
            ? Encoding.UTF8.GetString(destination, 0, length)
            : null;
    }
}
