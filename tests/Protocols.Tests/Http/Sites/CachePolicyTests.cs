using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Tests.Http.Sites;

internal sealed class CachePolicyTests
{
    [TestCase("revalidate", "no-cache", "no-cache")]
    [TestCase("immutable", "max-age=31536000, immutable", "max-age=31536000, immutable")]
    [TestCase("auto", "no-cache", "max-age=31536000, immutable")]
    [TestCase("none", null, null)]
    [TestCase("1h", "max-age=3600", "max-age=3600")]
    [TestCase("500ms", "max-age=0", "max-age=0")]
    [TestCase("public, max-age=60", "public, max-age=60", "public, max-age=60")]
    public void A_policy_says_what_caches_may_do(string text, string? plain, string? hashed)
    {
        CachePolicy policy = CachePolicy.TryParse(text, out string fault)!;
        Assert.That(fault, Is.Empty);
        Assert.That((policy.Of(false), policy.Of(true)), Is.EqualTo((plain, hashed)));
    }

    [TestCase("immutabel")]
    [TestCase("")]
    [TestCase("1 day")]
    [TestCase("public, max-age=1\r\nX: y")]
    [TestCase("max-age=ä")]
    public void What_is_none_is_told(string text)
    {
        Assert.That(CachePolicy.TryParse(text, out string fault), Is.Null);
        Assert.That(fault, Is.Not.Empty);
    }

    [TestCase("/assets/index-BuGk3x9a.js", true)]
    [TestCase("/app.3f2a91bc.css", true)]
    [TestCase("/3f2a91bc", true)]
    [TestCase("/app.3f2a91b.css", false)]
    [TestCase("/report-20240101.pdf", false)]
    [TestCase("/documentation.html", false)]
    [TestCase("/3f2a91bc/index.html", false)]
    [TestCase("/jquery-3.7.1.min.js", false)]
    public void A_name_is_hashed_where_a_word_has_letters_and_digits(string path, bool expected) =>
        Assert.That(CachePolicy.IsHashed(path), Is.EqualTo(expected));
}
