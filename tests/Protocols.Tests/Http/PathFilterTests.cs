using System.Text;
using Straightwire.Protocols.Http;

namespace Straightwire.Protocols.Tests.Http;

public sealed class PathFilterTests
{
    [TestCase("/health", "/health", true)]
    [TestCase("/health", "/health?x=/y", true)]
    [TestCase("/health", "/%68ealth", true)]
    [TestCase("/health", "//a/../health", true)]
    [TestCase("/health", "/healthy", false)]
    [TestCase("/health", "/a/health", false)]
    [TestCase("/assets/**", "/assets/a/b.css", true)]
    [TestCase("/assets/*", "/assets/a/b.css", false)]
    [TestCase("/assets/*", "/asset", false)]
    [TestCase("*.ico", "/a/favicon.ico", true)]
    [TestCase("favicon.ico", "/a/favicon.ico", true)]
    [TestCase("*.ico", "/a.ico/b", false)]
    [TestCase("/*", "http://a/", false)]
    [TestCase("/*", "*", false)]
    [TestCase("/*", "/..", false)]
    [TestCase("*", "", false)]
    public void A_target_is_left_out_by_the_path_that_it_leads_to(
        string pattern, string target, bool isLeftOut)
    {
        bool matches = new PathFilter([pattern]).Matches(Encoding.ASCII.GetBytes(target));

        Assert.That(matches, Is.EqualTo(isLeftOut));
    }

    [Test]
    public void A_long_target_is_looked_at_too() => Assert.That(
        new PathFilter(["*.ico"]).Matches(Encoding.ASCII.GetBytes($"/{new string('a', 9000)}.ico")), Is.True);
}
