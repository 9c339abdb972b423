using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Content;

public sealed class MediaTypesTests
{
    [TestCase("index.html", "text/html; charset=utf-8")]
    [TestCase("/a/INDEX.HTM", "text/html; charset=utf-8")]
    [TestCase("a.css", "text/css; charset=utf-8")]
    [TestCase("a.js", "text/javascript; charset=utf-8")]
    [TestCase("a.mjs", "text/javascript; charset=utf-8")]
    [TestCase("a.json", "application/json; charset=utf-8")]
    [TestCase("a.webmanifest", "application/manifest+json; charset=utf-8")]
    [TestCase("a.xml", "application/xml; charset=utf-8")]
    [TestCase("a.svg", "image/svg+xml; charset=utf-8")]
    [TestCase("a.wasm", "application/wasm")]
    [TestCase("a.png", "image/png")]
    [TestCase("a.avif", "image/avif")]
    [TestCase("a.webp", "image/webp")]
    [TestCase("a.woff2", "font/woff2")]
    [TestCase("a.tar.gz", "application/gzip")]
    [TestCase("a.pdf", "application/pdf")]
    [TestCase("a.mp4", "video/mp4")]
    [TestCase("favicon.ico", "image/x-icon")]
    [TestCase("a.yaml", "application/yaml; charset=utf-8")]
    [TestCase("a.jxl", "image/jxl")]
    [TestCase("a.heic", "image/heic")]
    [TestCase("a.mkv", "video/x-matroska")]
    [TestCase("a.tgz", "application/x-compressed-tar")]
    [TestCase("a.unheard-of", "application/octet-stream")]
    [TestCase("README", "text/plain; charset=utf-8")]
    [TestCase("/a.html/README", "text/plain; charset=utf-8")]
    [TestCase("Readme", "application/octet-stream")]
    [TestCase("/.well-known/.html", "application/octet-stream")]
    [TestCase("a.", "application/octet-stream")]
    public void An_extension_has_its_type(string name, string expected) =>
        Assert.That(MediaTypes.Of(name), Is.EqualTo(expected));

    [Test]
    public void The_registry_is_a_full_one() => Assert.That(MediaTypes.Count, Is.GreaterThan(1200));
}
