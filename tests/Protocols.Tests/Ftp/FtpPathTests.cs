using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class FtpPathTests
{
    [TestCase("/", "", "/")]
    [TestCase("/a/b", "", "/a/b")]
    [TestCase("/a/b", ".", "/a/b")]
    [TestCase("/a/b", "/", "/")]
    [TestCase("/", "a", "/a")]
    [TestCase("/a", "b/c", "/a/b/c")]
    [TestCase("/a", "/b/c", "/b/c")]
    [TestCase("/a", "b/", "/a/b")]
    [TestCase("/a", "//b///c//", "/b/c")]
    [TestCase("/a", "./b/./c/.", "/a/b/c")]
    [TestCase("/a/b", "..", "/a")]
    [TestCase("/a/b", "../c", "/a/c")]
    [TestCase("/a/b", "../..", "/")]
    [TestCase("/a/b", "../../../../etc/passwd", "/etc/passwd")]
    [TestCase("/", "/..", "/")]
    [TestCase("/", "../a", "/a")]
    [TestCase("/a", "b/../../c", "/c")]
    [TestCase("/", "...", "/...")]
    [TestCase("/", "..a/b..", "/..a/b..")]
    [TestCase("/", "~/~root", "/~/~root")]
    [TestCase("/", "%2e%2e/%41", "/%2e%2e/%41")]
    [TestCase("/", " a b ", "/ a b ")]
    [TestCase("/ä", "€", "/ä/€")]
    [TestCase("/", "-la", "/-la")]
    public void An_argument_has_one_path(string current, string argument, string expected)
    {
        Assert.That(FtpPath.TryResolve(current, Encoding.UTF8.GetBytes(argument), out string path), Is.True);
        Assert.That(path, Is.EqualTo(expected));
    }

    [TestCase("a\\b")]
    [TestCase("..\\..\\etc")]
    [TestCase("a\0")]
    [TestCase("a\r")]
    [TestCase("a\n250 b")]
    [TestCase("a/\u007f")]
    [TestCase("a\u0001/..")]
    public void A_name_that_no_request_could_ask_for_has_none(string argument)
    {
        Assert.That(FtpPath.TryResolve("/", Encoding.UTF8.GetBytes(argument), out string path), Is.False);
        Assert.That(path, Is.Empty);
    }

    [TestCase(new byte[] { 0xFF })]
    [TestCase(new byte[] { 0xE4 })]
    [TestCase(new byte[] { 0xC0, 0xAF })]
    [TestCase(new byte[] { 0xC0, 0xAE, 0xC0, 0xAE, (byte)'/', (byte)'a' })]
    [TestCase(new byte[] { 0xE2, 0x82 })]
    [TestCase(new byte[] { 0xED, 0xA0, 0x80 })]
    public void A_name_that_is_not_UTF_8_has_none(byte[] argument) =>
        Assert.That(FtpPath.TryResolve("/", argument, out _), Is.False);

    [TestCase("/", FtpPath.BytesMax - 1, true)]
    [TestCase("/", FtpPath.BytesMax, false)]
    [TestCase("/ä", FtpPath.BytesMax - 4, true)]
    [TestCase("/ä", FtpPath.BytesMax - 3, false)]
    public void A_path_has_a_longest_length_in_bytes(string current, int nameLength, bool expected)
    {
        byte[] argument = Encoding.ASCII.GetBytes(new string('a', nameLength));
        Assert.That(FtpPath.TryResolve(current, argument, out string path), Is.EqualTo(expected));
        Assert.That(Encoding.UTF8.GetByteCount(path), Is.EqualTo(expected ? FtpPath.BytesMax : 0));
    }

    [Test]
    public void Whatever_the_arguments_no_path_leaves_the_root_or_holds_what_could_mislead()
    {
        string[] pieces = ["/", "/", ".", "..", "/../", "//", "~", "%2e", "\\", "\0", "\r", "a", "b.html",
            "€", " ", "\u007f", ".well-known", "*", "\ud800"];
        Gen<string> arguments = Gen.Elements(pieces).ArrayOf().Select(string.Concat);
        Prop.ForAll(arguments.Two().ToArbitrary(), pair =>
                Holds("/", Encoding.UTF8.GetBytes(pair.Item1), Encoding.UTF8.GetBytes(pair.Item2)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Test]
    public void Whatever_the_bytes_nothing_is_thrown_and_the_rules_hold() =>
        Prop.ForAll<byte[], byte[]>((first, second) => Holds("/a", first, second))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [TestCase("/", "/", "/")]
    [TestCase("/", "/a/b", "/a/b")]
    [TestCase("/sub/", "/", "/sub")]
    [TestCase("/sub/", "/a", "/sub/a")]
    [TestCase("/x/y/", "/a/b", "/x/y/a/b")]
    public void A_path_of_a_user_is_below_its_root_in_the_content(
        string root, string path, string expected) =>
        Assert.That(FtpPath.ToContent(root, path), Is.EqualTo(expected));

    [TestCase("/", false)]
    [TestCase("/a/b.c", false)]
    [TestCase("/.git", true)]
    [TestCase("/a/.htaccess", true)]
    [TestCase("/.a/b", true)]
    [TestCase("/...", true)]
    [TestCase("/.well-known", false)]
    [TestCase("/.well-known/a", false)]
    [TestCase("/.well-known/.a", true)]
    [TestCase("/.well-known2", true)]
    [TestCase("/.well-know", true)]
    [TestCase("/.Well-known", true)]
    [TestCase("/a./b", false)]
    [TestCase("/.€€€€€€€€€€€€€€€€", true)]
    public void A_path_with_a_dot_file_in_it_is_hidden(string path, bool expected) =>
        Assert.That(FtpPath.HidesAny(path), Is.EqualTo(expected));

    [TestCase("/", "/a/b", "/a/b")]
    [TestCase("/sub/", "/sub/a", "/a")]
    public void A_path_in_the_content_is_told_as_the_user_knows_it(string root, string path, string expected)
    {
        Assert.That(FtpPath.FromContent(root, path), Is.EqualTo(expected));
        Assert.That(FtpPath.ToContent(root, expected), Is.EqualTo(path));
    }

    [TestCase("/", "\"/\"")]
    [TestCase("/a b", "\"/a b\"")]
    [TestCase("/a\"b", "\"/a\"\"b\"")]
    [TestCase("/\"\"", "\"/\"\"\"\"\"")]
    [TestCase("/ä", "\"/ä\"")]
    public void A_path_is_quoted_and_its_quotes_are_doubled(string path, string expected) =>
        Assert.That(FtpPath.Quoted(path), Is.EqualTo(expected));

    // The second argument is resolved from where the first led.
    private static bool Holds(string current, byte[] first, byte[] second)
    {
        if (!FtpPath.TryResolve(current, first, out string directory))
        {
            return directory.Length == 0;
        }
        return IsCanonical(directory)
            && (FtpPath.TryResolve(directory, second, out string path)
                ? IsCanonical(path)
                : path.Length == 0);
    }

    private static bool IsCanonical(string path) =>
        path == "/"
        || (path[0] == '/'
            && path[1..].Split('/').All(segment => CanonicalPath.IsSegment(Encoding.UTF8.GetBytes(segment)))
            && FtpPath.TryResolve("/", Encoding.UTF8.GetBytes(path), out string again)
            && again == path);
}
