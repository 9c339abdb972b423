using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>Names that would be something else than names.</summary>
internal sealed partial class ListedNamesTests
{
    private static readonly string[] Names =
    [
        "plain.txt", "a b", "a&b", "<script>alert(1)<", "\"quoted\"", "it's", "a:b", "javascript:alert(1)",
        "http:", "mailto:a@b", "?", "?sort=size", "#", "#top", "%41", "%2e%2e", "%", "100%", "&amp;", "&#39;",
        "...", ". .", "a;b=c", "a+b", "~", "@", "$HOME", "`id`", "*", "{a,b}", "[x]", "a|b", "^", "=", "--",
        "ünïcödé", "日本語", "שלום.txt", "مرحبا", "\u202egnp.exe", "e\u0301", "\u00a0", "\u2028", "\ufeff",
        "\u0085", "\ud83d\ude00", "tail ", " head", "CON", "]]>", "--><!--", "<title>", "<style>",
        new('x', 255), new('"', 255), new('ä', 127), new('<', 255),
    ];

    [TestCaseSource(nameof(Names))]
    public void A_name_is_whole_in_every_form_and_its_link_leads_to_it(string name)
    {
        ListedSite site = new ListedSite().Add("/", name).AddDirectory("d" + name).Publish();

        string page = site.Get("/").Content;
        Match[] rows = [.. Row().Matches(page).Cast<Match>()];
        Assert.That(rows.Select(row => WebUtility.HtmlDecode(row.Groups["text"].Value)),
            Is.EquivalentTo([name, "d" + name]));
        foreach (Match row in rows)
        {
            string link = WebUtility.HtmlDecode(row.Groups["link"].Value);
            // As a browser resolves it from where the listing is.
            Uri resolved = new(new Uri("http://host/"), link);
            Assert.That((resolved.Host, resolved.Query, resolved.Fragment), Is.EqualTo(("host", "", "")));
            Assert.That(link, Does.Match("^[!-~]+$"));
            byte[] path = new byte[2048];
            CanonicalPath.TryMake(Encoding.ASCII.GetBytes("/" + link), path, out int length);
            string slash = link.EndsWith('/') ? "/" : "";
            string expected = WebUtility.HtmlDecode(row.Groups["text"].Value);
            Assert.That(Encoding.UTF8.GetString(path, 0, length), Is.EqualTo($"/{expected}{slash}"));
        }
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("--><!"));

        using JsonDocument json = JsonDocument.Parse(site.Get("/?format=json").Content);
        Assert.That(json.RootElement.EnumerateArray().Select(each => each.GetProperty("name").GetString()),
            Is.EquivalentTo([name, "d" + name]));
        Assert.That(site.Get("/?format=text").Content, Is.EqualTo($"d{name}/\n{name}\n"));
    }

    [TestCaseSource(nameof(Names))]
    public void The_way_to_a_directory_has_each_name_whole(string name)
    {
        ListedSite site = new ListedSite().Add($"/{name}/{name}/", "a").Publish();
        string target = $"/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(name)}/";

        string page = site.Get(target).Content;

        Match[] crumbs = [.. Crumb().Matches(page).Cast<Match>()];
        Assert.That(crumbs.Select(crumb => WebUtility.HtmlDecode(crumb.Groups["text"].Value)),
            Is.EqualTo(["/", name + "/", name + "/"]));
        Assert.That(crumbs.Select(crumb => crumb.Groups["link"].Value), Is.EqualTo(["../../", "../", ""]));
        Assert.That(Regex.Matches(page, "</title>"), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_page_may_have_its_own_style_and_nothing_else()
    {
        ListedAnswer answer = new ListedSite().Add("/", "a").Publish().Get("/");
        string style = Style().Match(answer.Content).Groups[1].Value;
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));

        Assert.That(answer["Content-Security-Policy"],
            Does.StartWith($"default-src 'none'; style-src 'sha256-{hash}';"));
        Assert.That(
            answer.Content, Does.Not.Contain(" style=").And.Not.Contain("url(").And.Not.Contain(" on"));
    }

    [TestCase(0, "0 B", "0 bytes")]
    [TestCase(1, "1 B", "1 byte")]
    [TestCase(999, "999 B", "999 bytes")]
    [TestCase(1000, "1.00 kB", "1,000 bytes")]
    [TestCase(1999, "1.99 kB", "1,999 bytes")]
    [TestCase(12_345, "12.3 kB", "12,345 bytes")]
    [TestCase(999_999, "999 kB", "999,999 bytes")]
    [TestCase(1_000_000, "1.00 MB", "1,000,000 bytes")]
    [TestCase(1_234_567_890, "1.23 GB", "1,234,567,890 bytes")]
    [TestCase(long.MaxValue / 2, "4.61 EB", "4,611,686,018,427,387,903 bytes")]
    public void A_size_is_told_shortly_and_exactly(long length, string size, string exactly) =>
        Assert.That(
            new ListedSite().Add("/", "a", length).Publish().Get("/").Content,
            Does.Contain($"<td title=\"{exactly}\">{size}</td>"));

    [TestCase(0, "<td></td>")]
    [TestCase(1_700_000_000, "<td><time datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13</time></td>")]
    [TestCase(253_402_300_799, "<td><time datetime=\"9999-12-31T23:59:59Z\">9999-12-31 23:59</time></td>")]
    public void A_time_is_told_for_people_and_for_programs(long time, string cell) =>
        Assert.That(
            new ListedSite().Add("/", "a", 1, time).Publish().Get("/").Content, Does.Contain($"{cell}</tr>"));

    [GeneratedRegex("<th scope=\"row\"[^>]*><a href=\"(?<link>[^\"]*)\"><bdi>(?<text>[^<]*)</bdi>/?</a>")]
    private static partial Regex Row();

    [GeneratedRegex(
        "<li>(<a href=\"(?<link>[^\"]*)\">|<span aria-current=\"page\">)<bdi>(?<text>[^<]*)</bdi></")]
    private static partial Regex Crumb();

    [GeneratedRegex("<style>(.*)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
