using System.Text.Json;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>What is answered for directories without an index, from the request to the last byte.</summary>
internal sealed class ListingTests
{
    private const string Html = "text/html; charset=utf-8";

    [TestCase("GET", "/d/", 200)]
    [TestCase("HEAD", "/d/", 200)]
    [TestCase("GET", "/", 200)]
    [TestCase("GET", "/d", 301)]
    [TestCase("GET", "/d/a/", 404)]
    [TestCase("GET", "/missing/", 404)]
    [TestCase("GET", "/missing", 404)]
    [TestCase("POST", "/d/", 405)]
    [TestCase("GET", "/d/%00/", 400)]
    public void A_directory_is_listed_where_that_is_asked_for(string method, string target, int status)
    {
        Assert.That(Small().Get(target, method: method).Status, Is.EqualTo(status));
        ListedSite unlisted = new ListedSite(isListed: false).Add("/d/", "a").Publish();
        Assert.That(unlisted.Get(target, method: method).Status, Is.EqualTo(status < 400 ? 404 : status));
    }

    [TestCase("/d", "/d/")]
    [TestCase("/d?sort=size&order=desc", "/d/?sort=size&order=desc")]
    [TestCase("//d?", "/d/?")]
    [TestCase("/x/../d", "/d/")]
    [TestCase("/b%20%c3%a9", "/b%20%C3%A9/")]
    public void A_directory_without_its_slash_is_one_with_it_and_the_query_stays(
        string target, string location)
    {
        ListedSite site = Small().AddDirectory("b é").Publish();
        Assert.That(site.Get(target)["Location"], Is.EqualTo(location));
    }

    [Test]
    public void An_index_is_answered_and_not_the_listing()
    {
        ListedSite site = Small().AddIndex("/d/").Publish();
        Assert.That(site.Get("/d/", method: "HEAD")["Cache-Control"], Is.Null);
        Assert.That(site.Get("/", method: "HEAD")["Cache-Control"], Is.EqualTo("no-cache"));
    }

    [TestCase("", Html)]
    [TestCase("Accept: application/json\r\n", "application/json")]
    [TestCase("Accept: text/plain\r\n", "text/plain; charset=utf-8")]
    public void A_listing_has_its_form_and_says_what_it_depends_on(string accept, string mediaType)
    {
        ListedAnswer answer = Small().Get("/d/", accept);

        Assert.That(answer["Content-Type"], Is.EqualTo(mediaType));
        Assert.That(answer["Vary"], Is.EqualTo("Accept"));
        Assert.That(answer["Cache-Control"], Is.EqualTo("no-cache"));
        Assert.That(answer["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(answer["Last-Modified"], Is.Null);
        Assert.That(answer["Transfer-Encoding"], Is.EqualTo("chunked"));
        Assert.That(answer["ETag"], Does.Match("^W/\"[hjt][0-9a-f]{16}\"$"));
        Assert.That(answer["Content-Security-Policy"] is not null, Is.EqualTo(mediaType == Html));
    }

    [Test]
    public void Json_is_what_nginx_writes_and_a_directory_has_no_size()
    {
        ListedSite site = new ListedSite()
            .Add("/", "a\"b", 12).Add("/", "old", 0, 1).AddDirectory("d").Publish();

        Assert.That(site.Get("/?format=json").Content, Is.EqualTo("""
            [
            { "name":"d", "type":"directory", "mtime":"Tue, 14 Nov 2023 22:13:20 GMT" },
            { "name":"a\"b", "type":"file", "mtime":"Tue, 14 Nov 2023 22:13:20 GMT", "size":12 },
            { "name":"old", "type":"file", "size":0 }
            ]

            """));
        Assert.That(new ListedSite().Publish().Get("/?format=json").Content, Is.EqualTo("[\n\n]\n"));
    }

    [Test]
    public void Text_is_a_name_a_line_and_a_slash_behind_directories()
    {
        ListedSite site = new ListedSite().Add("/", "a b").AddDirectory("d").Publish();
        Assert.That(site.Get("/?format=text").Content, Is.EqualTo("d/\na b\n"));
        Assert.That(new ListedSite().Publish().Get("/?format=text").Content, Is.Empty);
    }

    [TestCase("/", "d2/ d10/ a9 a10 b")]
    [TestCase("/?sort=name", "d2/ d10/ a9 a10 b")]
    [TestCase("/?sort=name&order=desc", "d10/ d2/ b a10 a9")]
    [TestCase("/?sort=size", "d2/ d10/ b a9 a10")]
    [TestCase("/?sort=size&order=desc", "d2/ d10/ a10 a9 b")]
    [TestCase("/?sort=time", "d10/ d2/ a10 b a9")]
    [TestCase("/?sort=time&order=desc", "d2/ d10/ a9 b a10")]
    [TestCase("/?sort=colour&order=desc", "d2/ d10/ a9 a10 b")]
    public void Directories_come_first_and_names_are_in_the_order_that_is_asked_for(
        string target, string names)
    {
        ListedSite site = new ListedSite()
            .Add("/", "a10", 3, 100).Add("/", "a9", 2, 300).Add("/", "b", 1, 200)
            .AddDirectory("d10", 10).AddDirectory("d2", 20).Publish();
        Assert.That(string.Join(' ', site.NamesOf(target)), Is.EqualTo(names));
    }

    [TestCase("", null, null)]
    [TestCase("?sort=name", "Name", "ascending")]
    [TestCase("?sort=size&order=desc", "Size", "descending")]
    [TestCase("?sort=time&order=asc", "Modified (UTC)", "ascending")]
    public void The_page_says_what_it_is_sorted_by(string query, string? column, string? order)
    {
        string page = Small().Get("/d/" + query).Content;
        // A small directory is in the order of its names unasked.
        column ??= "Name";
        order ??= "ascending";
        string button = $"<button>{RegexOf(column)}</button>";
        Assert.That(page, Does.Match($"<th scope=\"col\" aria-sort=\"{order}\"><form>.*{button}"));
        Assert.That(page.Split("aria-sort=\""), Has.Length.EqualTo(2), "one column has an order");
    }

    [Test]
    public void A_tag_that_is_known_is_answered_with_304_in_each_form()
    {
        ListedSite site = Small();
        string[] forms = ["html", "json", "text"];
        string[] tags = Array.ConvertAll(forms, form => site.Get($"/d/?format={form}")["ETag"]!);
        Assert.That(tags, Is.Unique);

        ListedAnswer answer = site.Get("/d/?format=json", $"If-None-Match: \"x\", {tags[1]}\r\n");
        Assert.That((answer.Status, answer.Content, answer["ETag"]), Is.EqualTo((304, "", tags[1])));
        Assert.That((answer["Vary"], answer["Content-Type"]), Is.EqualTo(("Accept", (string?)null)));
        Assert.That(site.Get("/d/?format=text", $"If-None-Match: {tags[1]}\r\n").Status, Is.EqualTo(200));
        Assert.That(site.Get("/d/", "If-None-Match: *\r\n").Status, Is.EqualTo(304));
        Assert.That(site.Get("/d/", $"If-Match: {tags[0]}\r\n").Status, Is.EqualTo(412));
        Assert.That(site.Get("/d/", "Range: bytes=0-1\r\n").Status, Is.EqualTo(200));
        Assert.That(
            site.Get("/d/", "If-Modified-Since: Tue, 01 Dec 2026 00:00:00 GMT\r\n").Status, Is.EqualTo(200));
    }

    [Test]
    public void A_tag_is_that_of_names_lengths_and_times_and_of_nothing_else()
    {
        string before = TagOf(Sized(5, 100, 200));
        Assert.That(TagOf(Sized(5, 100, 200).Add("/elsewhere/", "x").Publish()), Is.EqualTo(before));
        Assert.That(TagOf(Sized(6, 100, 200)), Is.Not.EqualTo(before));
        Assert.That(TagOf(Sized(5, 101, 200)), Is.Not.EqualTo(before));
        Assert.That(TagOf(Sized(5, 100, 201)), Is.Not.EqualTo(before), "a directory's time is listed too");
        Assert.That(TagOf(Sized(5, 100, 200).Add("/", "b").Publish()), Is.Not.EqualTo(before));

        static ListedSite Sized(long length, long time, long directoryTime) =>
            new ListedSite().Add("/", "a", length, time).AddDirectory("d", directoryTime).Publish();

        static string TagOf(ListedSite site) => site.Get("/")["ETag"]!;
    }

    [Test]
    public void Head_tells_what_get_does_and_has_no_content()
    {
        ListedSite site = Small();
        ListedAnswer head = site.Get("/d/", method: "HEAD");
        Assert.That(head.Head, Is.EqualTo(site.Get("/d/").Head));
        Assert.That(head.Content, Is.Empty);
    }

    [Test]
    public void Who_knows_no_chunks_reads_to_the_end_of_the_connection()
    {
        ListedSite site = Small();
        ListedAnswer answer = site.Get("/d/?format=json", "Connection: keep-alive\r\n", "1.0");
        Assert.That(answer["Transfer-Encoding"], Is.Null);
        Assert.That(answer["Connection"], Is.EqualTo("close"));
        Assert.That(JsonDocument.Parse(answer.Content).RootElement.GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public void What_is_asked_behind_a_listing_is_answered_behind_it()
    {
        TestConnection connection = Small().Connect();
        connection.Send(
            "GET /d/?format=text HTTP/1.1\r\nHost: a\r\n\r\nHEAD /missing HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Received(), Does.Contain("\r\na\n\r\n0\r\n\r\nHTTP/1.1 404 "));
    }

    private static ListedSite Small() =>
        new ListedSite().Add("/d/", "a").AddDirectory("d").Publish();

    private static string RegexOf(string text) => System.Text.RegularExpressions.Regex.Escape(text);

    [Test]
    public void What_a_site_hides_is_neither_listed_nor_counted()
    {
        ListedSite site = new ListedSite(hidden: ["*.map", "/private/**"])
            .Add("/", "a.map", 7).Add("/", "b.txt", 12).AddDirectory("private").AddDirectory("open")
            .Add("/private/", "c.txt").Publish();

        Assert.That(site.NamesOf("/"), Is.EqualTo(new[] { "open/", "b.txt" }));
        Assert.That(
            site.Get("/", "Accept: text/html\r\n").Content, Does.Contain("1 directory, 1 file, 12 B"));
        Assert.That(
            site.Get("/?format=json").Content,
            Does.StartWith("[\n{ \"name\":\"open\"").And.Not.Contain("map"));
        Assert.That(site.Get("/private/").Status, Is.EqualTo(404));
        Assert.That(site.Get("/private").Status, Is.EqualTo(404));
    }

    [Test]
    public void The_way_to_a_sites_root_is_not_told()
    {
        ListedSite site = new ListedSite(root: "inner/\u00e9")
            .AddDirectory("inner").Add("/inner/\u00e9/", "x").Add("/inner/\u00e9/d/", "y").Publish();

        Assert.That(site.NamesOf("/"), Is.EqualTo(new[] { "x" }));
        string page = site.Get("/d/", "Accept: text/html\r\n").Content;
        Assert.That(page, Does.Contain("<h1>").And.Not.Contain("inner"));
        Assert.That(site.Get("/d").Status, Is.EqualTo(301));
    }
}
