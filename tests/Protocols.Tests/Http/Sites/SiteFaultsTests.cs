using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Tests.Http.Sites;

internal sealed class SiteFaultsTests
{
    [Test]
    public void A_host_that_two_sites_have_is_told_with_both_places()
    {
        SiteOptions[] sites =
        [
            new() { Hosts = ["b", "*.a"] },
            new() { Hosts = ["c"], RedirectHosts = ["d"] },
            new() { Hosts = ["B."], RedirectHosts = ["*.A", "D"] },
        ];
        Assert.That(Faults(sites), Is.EqualTo(
        [
            "http:sites:2:hosts:0 'B.' is /http/sites/0/hosts/0 too: a name leads to one site",
            "http:sites:2:redirectHosts:0 '*.A' is /http/sites/0/hosts/1 too: a name leads to one site",
            "http:sites:2:redirectHosts:1 'D' is /http/sites/1/redirectHosts/0 too: a name leads to one site",
        ]));
    }

    [TestCase("a*.example.org")]
    [TestCase("*")]
    [TestCase("*.*.example.org")]
    [TestCase("example.org:80")]
    [TestCase("example.org/x")]
    [TestCase("user@example.org")]
    [TestCase("a..b")]
    [TestCase(".example.org")]
    [TestCase("[2001:db8::g]")]
    [TestCase("")]
    public void What_is_no_host_is_told(string host) => Assert.That(
        Faults([new() { Hosts = [host] }]).Single(), Does.StartWith("http:sites:0:hosts:0 "));

    [Test]
    public void A_site_can_be_asked_for_and_one_is_the_default()
    {
        SiteOptions[] sites =
        [
            new(),
            new() { Default = true },
            new() { Default = true, RedirectHosts = ["a"] },
            new() { Hosts = ["*.b"], RedirectHosts = ["c"], Root = "../x" },
        ];
        Assert.That(Faults(sites).Select(fault => fault.Split(' ')[0]), Is.EqualTo(
        [
            "http:sites:0:hosts", "http:sites:2:redirectHosts", "http:sites:2:default",
            "http:sites:3:hosts:0", "http:sites:3:root",
        ]));
        Assert.That(Faults(sites), Has.Some.Contains("/http/sites/1 is the default already"));
    }

    private static IEnumerable<TestCaseData> BadRules()
    {
        yield return Bad("index:0", new() { Index = ["a/b"] });
        yield return Bad("index:1", new() { Index = ["a", ".."] });
        yield return Bad("cache", new() { Cache = "immutabel" });
        yield return Bad("fallback", new() { Fallback = "index.html" });
        yield return Bad("fallback", new() { Fallback = "/a/../b" });
        yield return Bad("errors:200", new() { Errors = new() { ["200"] = "/x" } });
        yield return Bad("errors:6xx", new() { Errors = new() { ["6xx"] = "/x" } });
        yield return Bad("errors:404", new() { Errors = new() { ["404"] = "x" } });
        yield return Bad("hide:0", new() { Hide = ["/{a"] });
        yield return Bad("headers:0:match", Rule(new() { Match = "a/b", Cache = "1h" }));
        yield return Bad("headers:0", Rule(new()));
        yield return Bad("headers:0:cache", Rule(new() { Cache = "x" }));
        yield return Bad("headers:0:on", Rule(new() { Match = "*.a", Cache = "1h", On = HeaderScope.Error }));
        yield return Bad("headers:0:set:X Y", Rule(new() { Set = new() { ["X Y"] = "1" } }));
        yield return Bad("headers:0:set:X", Rule(new() { Set = new() { ["X"] = "a\r\nSet-Cookie: b" } }));
        yield return Bad("headers:0:set:X", Rule(new() { Set = new() { ["X"] = " " } }));
        yield return Bad("headers:0:set:etag", Rule(new() { Set = new() { ["etag"] = "\"a\"" } }));
        yield return Bad("headers:0:set:Date", Rule(new() { Set = new() { ["Date"] = null } }));
        yield return Bad("headers", Rule(new() { Set = new() { ["X"] = new string('x', 9000) } }));
    }

    [TestCaseSource(nameof(BadRules))]
    public void A_rule_that_cannot_be_is_told_with_its_place(string place, SiteRules rules)
    {
        string[] faults = [.. SiteFaults.Check(rules, []).Select(fault => fault.Key)];
        Assert.That(faults, Is.EqualTo(["http:site:" + place]));
    }

    [Test]
    public void The_usual_rules_have_no_fault() =>
        Assert.That(SiteFaults.Check(SiteRules.Usual, []), Is.Empty);

    private static TestCaseData Bad(string place, SiteRules rules) =>
        new TestCaseData(place, rules).SetArgDisplayNames(place);

    private static SiteRules Rule(HeaderRule rule) => new() { Headers = [rule] };

    private static string[] Faults(SiteOptions[] sites) =>
        [.. SiteFaults.Check(new SiteRules(), sites).Select(fault => $"{fault.Key} {fault.Message}")];
}
