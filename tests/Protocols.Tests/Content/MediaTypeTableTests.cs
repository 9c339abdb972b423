using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Content;

internal sealed class MediaTypeTableTests
{
    private static readonly MediaTypeTable Own = new(
        new Dictionary<string, string>
        {
            [".sig"] = "application/x-own",
            [".tar.gz"] = "application/x-both",
            ["Makefile"] = "text/x-make",
            [".HTM"] = "text/html; charset=latin1",
        },
        unknown: "application/x-unknown",
        charset: "iso-8859-1");

    [TestCase("/a/b.sig", "application/x-own")]
    [TestCase("/b.SIG", "application/x-own")]
    [TestCase("/b.tar.gz", "application/x-both")]
    [TestCase("/b.gz", "application/gzip")]
    [TestCase("/sub/Makefile", "text/x-make; charset=iso-8859-1")]
    [TestCase("/makefile", "application/x-unknown")]
    [TestCase("/a.htm", "text/html; charset=latin1")]
    [TestCase("/a.html", "text/html; charset=iso-8859-1")]
    [TestCase("/a.js", "text/javascript; charset=iso-8859-1")]
    [TestCase("/a.png", "image/png")]
    [TestCase("/LICENSE", "text/plain; charset=iso-8859-1")]
    public void What_the_owner_says_goes_before_what_is_known(string path, string expected) =>
        Assert.That(Own.Of(path), Is.EqualTo(expected));

    [Test]
    public void Without_a_charset_none_is_told() => Assert.That(
        new MediaTypeTable(new Dictionary<string, string>(), charset: "").Of("/a.html"),
        Is.EqualTo("text/html"));

    [TestCase("app.js", true)]
    [TestCase("x.SIG", true)]
    [TestCase("john.doe", false)]
    [TestCase("about", false)]
    [TestCase("", false)]
    [TestCase(".html", false)]
    [TestCase("a.", false)]
    [TestCase("a.ä", false)]
    public void A_name_has_an_extension_that_is_known_or_not(string name, bool expected)
    {
        Assert.That(Own.HasExtension(Encoding.UTF8.GetBytes(name)), Is.EqualTo(expected));
        Assert.That(Own.HasExtension(Encoding.UTF8.GetBytes(name + new string('x', 300))), Is.False);
    }

    [TestCase("text/plain", true)]
    [TestCase("text/plain; charset=utf-8", true)]
    [TestCase("text", false)]
    [TestCase("text/", false)]
    [TestCase("/plain", false)]
    [TestCase("text/pl ain", false)]
    [TestCase("text/plain\r\nX: y", false)]
    [TestCase("", false)]
    public void A_media_type_has_a_type_and_a_subtype(string text, bool expected) =>
        Assert.That(MediaTypes.IsMediaType(text), Is.EqualTo(expected));
}
