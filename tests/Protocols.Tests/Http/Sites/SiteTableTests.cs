using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Tests.Http.Sites;

internal sealed class SiteTableTests
{
    private static readonly SiteOptions[] Sites =
    [
        new()
        {
            Name = "www", Hosts = ["Example.org", "münchen.example"], RedirectHosts = ["www.example.org"],
            Root = "www",
        },
        new() { Name = "wild", Hosts = ["*.example.org"], Root = "/wild/" },
        new() { Name = "deep", Hosts = ["*.deep.example.org", "a.b.example.net."], Root = "deep" },
        new() { Name = "six", Hosts = ["[2001:DB8::1]", "[::ffff:198.18.0.2]"], Root = "six" },
        new() { Name = "four", Hosts = ["198.18.0.2"], RedirectHosts = ["*.old.example"], Root = "four" },
    ];

    [TestCase("example.org", "/www")]
    [TestCase("EXAMPLE.ORG", "/www")]
    [TestCase("example.org:80", "/www")]
    [TestCase("example.org:", "/www")]
    [TestCase("example.org.", "/www")]
    [TestCase("example.org.:8080", "/www")]
    [TestCase("example.org..", null)]
    [TestCase("example.orgx", null)]
    [TestCase("xexample.org", null)]
    [TestCase("xn--mnchen-3ya.example", "/www")]
    [TestCase("XN--MNCHEN-3YA.example", "/www")]
    [TestCase("m%C3%BCnchen.example", null)]
    [TestCase("www.example.org", "/www moved")]
    [TestCase("WWW.example.org.:81", "/www moved")]
    [TestCase("a.example.org", "/wild")]
    [TestCase("a.b.example.org", "/wild")]
    [TestCase("A.B.Example.Org.", "/wild")]
    [TestCase(".example.org", null)]
    [TestCase("deep.example.org", "/wild")]
    [TestCase("a.deep.example.org", "/deep")]
    [TestCase("a.b.deep.example.org:1", "/deep")]
    [TestCase("xdeep.example.org", "/wild")]
    [TestCase("a.b.example.net", "/deep")]
    [TestCase("a.b.example.net.", "/deep")]
    [TestCase("b.example.net", null)]
    [TestCase("x.a.b.example.net", null)]
    [TestCase("example.net", null)]
    [TestCase("org", null)]
    [TestCase("[2001:db8::1]", "/six")]
    [TestCase("[2001:0DB8:0:0:0:0:0:1]", "/six")]
    [TestCase("[2001:db8:0:0::0:1]:8080", "/six")]
    [TestCase("[2001:db8::2]", null)]
    [TestCase("[2001:db8::1", null)]
    [TestCase("[2001:db8::1::]", null)]
    [TestCase("[2001:db8:1]", null)]
    [TestCase("[1:2:3:4:5:6:7:8:9]", null)]
    [TestCase("[::ffff:c612:2]", "/six")]
    [TestCase("[::FFFF:198.18.0.2]", "/six")]
    [TestCase("[::ffff:198.18.0.256]", null)]
    [TestCase("[v1.fe80]", null)]
    [TestCase("198.18.0.2", "/four")]
    [TestCase("198.18.0.2:80", "/four")]
    [TestCase("198.18.0.3", null)]
    [TestCase("x.old.example", "/four moved")]
    [TestCase("old.example", null)]
    [TestCase("", null)]
    public void A_host_leads_to_its_site(string authority, string? expected)
    {
        Assert.That(SiteFaults.Check(new SiteRules(), Sites), Is.Empty);
        Assert.That(Found(new SiteTable(new SiteRules(), Sites, MediaTypeTable.Usual), authority),
            Is.EqualTo(expected));
        SiteOptions other = new() { Default = true, Root = "other" };
        Assert.That(Found(new SiteTable(new SiteRules(), [.. Sites, other], MediaTypeTable.Usual), authority),
            Is.EqualTo(expected ?? "/other"), "with a default");
    }

    [Test]
    public void A_host_longer_than_any_name_is_no_sites()
    {
        var table = new SiteTable(new SiteRules(), Sites, MediaTypeTable.Usual);
        string labels = string.Concat(Enumerable.Repeat("a.", 4000));
        Assert.That(Found(table, labels + "example.org"), Is.Null);
        Assert.That(Found(table, labels[..200] + "example.org"), Is.EqualTo("/wild"));
    }

    [Test]
    public void Without_sites_every_name_is_that_of_one() =>
        Assert.That(Found(SiteTable.OfDefaults(), "whatever"), Is.Empty);

    [Test]
    public void Sites_share_files_and_have_blocks_of_their_own()
    {
        var table = new SiteTable(
            new SiteRules { Security = false },
            [
                new() { Default = true },
                new() { Hosts = ["a"], Root = "a", Cache = "1h" },
                new() { Hosts = ["b"], Root = "a", Cache = "none", Hide = ["*.map"] },
                new() { Hosts = ["c"], Root = "a/b/c" },
            ],
            MediaTypeTable.Usual);
        Assert.That(Lines(table, "/x.txt"), Is.EqualTo(["no-cache"]));
        Assert.That(Lines(table, "/a/x.txt"), Is.EqualTo(["no-cache", "max-age=3600", ""]));
        Assert.That(Lines(table, "/a/x.map"), Is.EqualTo(["no-cache", "max-age=3600", "hidden"]));
        Assert.That(Lines(table, "/a/b/c/x.txt"), Is.EqualTo(["no-cache", "max-age=3600", "", "no-cache"]));
        Assert.That(table.Of("/a/x.txt").Blocks, Is.SameAs(table.Of("/a/y.txt").Blocks));
        Assert.That(table.Of("/x.txt").Blocks[0], Is.SameAs(table.Of("/a/b/c/y.txt").Blocks[3]));
        string[] hosts = ["zzz", "a", "b", "c"];
        Assert.That(hosts.Select(host => Place(table, host)), Is.EqualTo([0, 1, 2, 3]));
    }

    [Test]
    public void Rules_that_are_of_no_use_today_and_names_that_mean_two_things_are_told()
    {
        var table = new SiteTable(
            new SiteRules { Headers = [Rule("/x/**"), Rule("/y/**")], CleanUrls = CleanUrls.Serve },
            [
                new() { Hosts = ["a"], Root = "a" },
                new() { Hosts = ["b"], Root = "b", Hide = ["*.map", "*.bak"], Headers = [Rule("/z")] },
            ],
            MediaTypeTable.Usual);
        string[] paths = ["/a/x/1", "/b/x.map", "/b/y/1", "/b/both.html", "/b/both/index.html", "/c/z"];
        ContentEntry[] entries =
            [.. paths.Select(path => new ContentEntry { Path = path, Blocks = table.Of(path).Blocks })];
        var generation = new ContentGeneration(1, entries)
        {
            Rules = table,
            Directories =
            [
                new DirectoryEntry
                {
                    Path = "/b/both/", Children = [new DirectoryChild("index.html"u8.ToArray(), entries[4])],
                },
                new DirectoryEntry { Path = "/b/y/", Children = [] },
            ],
        };
        Assert.That(table.Remarks(generation), Is.EqualTo(
        [
            "/http/site/headers/1 meets no file today",
            "/http/sites/1/headers/0 meets no file today",
            "/http/sites/1/hide/1 meets no file today",
            "/http/sites/1: /both is /both.html, and /both/ a directory",
        ]));
    }

    private static HeaderRule Rule(string match) => new() { Match = match, Cache = "1h" };

    private static int Place(SiteTable table, string host) =>
        table.Find(Encoding.ASCII.GetBytes(host), out _)!.Place;

    private static IEnumerable<string> Lines(SiteTable table, string path) =>
        table.Of(path).Blocks.Select(block => ReferenceEquals(block, FieldBlock.Hidden) ? "hidden"
            : Encoding.ASCII.GetString(block.Whole).Split("\r\n")
                .Where(line => line.StartsWith("Cache-Control: ", StringComparison.Ordinal))
                .Select(line => line["Cache-Control: ".Length..]).SingleOrDefault(""));

    private static string? Found(SiteTable table, string authority)
    {
        Site? site = table.Find(Encoding.UTF8.GetBytes(authority), out bool isMoved);
        return site is null ? null : Encoding.UTF8.GetString(site.Root) + (isMoved ? " moved" : "");
    }
}
