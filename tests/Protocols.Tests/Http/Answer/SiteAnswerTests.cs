using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Tests.Http.Answer;

/// <summary>Whole answers by the rules of sites; a file's content is its path.</summary>
internal sealed class SiteAnswerTests
{
    // What is asked for; the status with off, serve and redirect, and the file or the place.
    [TestCase("/about", "404", "200 /about.html", "200 /about.html")]
    [TestCase("/about.html", "200 /about.html", "200 /about.html", "301 /about")]
    [TestCase("/about.html?a=%20", "200 /about.html", "200 /about.html", "301 /about?a=%20")]
    [TestCase("/about/", "404", "404", "301 /about")]
    [TestCase("/about/?q", "404", "404", "301 /about?q")]
    [TestCase("/about.html/", "404", "404", "404")]
    [TestCase("/both", "301 /both/", "200 /both.html", "200 /both.html")]
    [TestCase("/both/", "200 /both/index.html", "200 /both/index.html", "200 /both/index.html")]
    [TestCase("/both.html", "200 /both.html", "200 /both.html", "301 /both")]
    [TestCase("/x", "301 /x/", "301 /x/", "301 /x/")]
    [TestCase("/x/", "200 /x/index.html", "200 /x/index.html", "200 /x/index.html")]
    [TestCase("/x/index.html", "200 /x/index.html", "200 /x/index.html", "301 /x/")]
    [TestCase("/x/index", "404", "200 /x/index.html", "301 /x/")]
    [TestCase("/index.html", "200 <p>index", "200 <p>index", "301 /")]
    [TestCase("/index", "404", "200 <p>index", "301 /")]
    [TestCase("/", "200 <p>index", "200 <p>index", "200 <p>index")]
    [TestCase("/own", "200 /own", "200 /own", "200 /own")]
    [TestCase("/own.html", "200 /own.html", "200 /own.html", "301 /own")]
    [TestCase("/missing", "404", "404", "404")]
    [TestCase("/missing/", "404", "404", "404")]
    [TestCase("//x", "301 /x/", "301 /x/", "301 /x/")]
    [TestCase("/%61bout%2Ehtml", "200 /about.html", "200 /about.html", "301 /about")]
    public void Clean_names_are_answered_as_the_site_has_them(
        string target, string off, string serve, string redirect)
    {
        string[] files =
        [
            "/about.html", "/both.html", "/both/index.html", "/x/index.html", "/own", "/own.html",
        ];
        foreach ((CleanUrls clean, string expected) in
            new[] { (CleanUrls.Off, off), (CleanUrls.Serve, serve), (CleanUrls.Redirect, redirect) })
        {
            var site = new TestSite(rules: Table(new() { CleanUrls = clean }), files: files);
            ParsedAnswer answer = Get(site, target);
            string found = answer.Status == 404 ? "404"
                : $"{answer.Status} {answer.Fields.GetValueOrDefault("Location", answer.Body)}";
            Assert.That(found, Is.EqualTo(expected), $"{clean}");
            Assert.That(Get(site, target, method: "HEAD").Status, Is.EqualTo(answer.Status));
        }
    }

    [Test]
    public void A_directory_is_answered_with_the_first_index_that_it_has()
    {
        SiteTable rules = Table(new()
        {
            Index = ["index.htm", "default.html"],
            TrailingSlash = SlashPolicy.Serve,
        });
        var site = new TestSite(
            rules: rules, files: ["/a/default.html", "/a/index.htm", "/b/default.html", "/c/index.html"]);
        Assert.That(Get(site, "/a/").Body, Is.EqualTo("/a/index.htm"));
        Assert.That(Get(site, "/a").Body, Is.EqualTo("/a/index.htm"));
        Assert.That(Get(site, "/b").Body, Is.EqualTo("/b/default.html"));
        // A redirect would tell of a directory that has nothing to show.
        Assert.That(Get(site, "/c").Status, Is.EqualTo(404));
        Assert.That(Get(site, "/c/").Status, Is.EqualTo(404));
    }

    [TestCase("/user/7", "", 200)]
    [TestCase("/user/john.doe", "", 200)]
    [TestCase("/user/", "", 200)]
    [TestCase("/assets/lost-chunk.js", "", 404)]
    [TestCase("/lost.html", "", 404)]
    [TestCase("/user/7", "If-None-Match: \"tag\"\r\n", 304)]
    [TestCase("/user/7", "Range: bytes=0-1\r\n", 206)]
    [TestCase("/assets/", "", 200)]
    public void An_application_has_places_of_its_own_and_no_page_for_a_lost_file(
        string target, string fields, int status)
    {
        SiteRules common = new()
        {
            Fallback = "/app.html",
            Headers = [new() { Match = "/app.html", Set = new() { ["X-App"] = "1" } }],
        };
        var site = new TestSite(rules: Table(common), files: ["/app.html"]);
        ParsedAnswer answer = Get(site, target, fields);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Fields.ContainsKey("X-App"), Is.EqualTo(status < 400), "the file that answers");
        Assert.That(Get(site, "/user/7", method: "POST").Status, Is.EqualTo(405));
    }

    [TestCase("/missing", "", 404, "/404.html")]
    [TestCase("/a/missing", "", 404, "/a/404.html")]
    [TestCase("/a/b/c/missing", "", 404, "/a/404.html")]
    [TestCase("/a/b/", "", 404, "/a/404.html")]
    [TestCase("/ab/missing", "", 404, "/404.html")]
    [TestCase("/missing", "If-None-Match: *\r\n", 404, "/404.html")]
    [TestCase("/missing", "Range: bytes=0-1\r\n", 404, "/404.html")]
    [TestCase("/missing", "Accept: application/json\r\n", 404, "{\"status\":404,\"title\":\"Not Found\"}\n")]
    [TestCase("/404.html", "", 200, "/404.html")]
    public void What_is_not_there_is_told_by_the_nearest_page(
        string target, string fields, int status, string body)
    {
        var site = new TestSite(files: ["/404.html", "/a/404.html", "/a/b/file"]);
        ParsedAnswer answer = Get(site, target, fields);
        Assert.That((answer.Status, answer.Body), Is.EqualTo((status, body)));
        Assert.That(answer.Fields.ContainsKey("ETag"), Is.EqualTo(status == 200));
        Assert.That(answer.Fields["Cache-Control"], Is.EqualTo(status == 200 ? "no-cache" : "no-store"));
        ParsedAnswer head = Get(site, target, fields, "HEAD");
        Assert.That(head.Body, Is.Empty);
        Assert.That(head.Fields, Is.EqualTo(answer.Fields));
    }

    private static IEnumerable<TestCaseData> Refusals() =>
        from refusal in ((string Request, int Status)[])
        [
            ("GET /missing", 404), ("GET /%2e%2e/x", 400), ("POST /file.txt", 405), ("BREW /file.txt", 501),
            ("GET /file.txt\r\nIf-Match: \"other\"", 412), ("GET /file.txt\r\nRange: bytes=99-", 416),
            ("GET /file.txt\r\nExpect: tea", 417),
        ]
        from json in (bool[])[false, true]
        from head in (bool[])[false, true]
        where !head || refusal.Request.StartsWith("GET", StringComparison.Ordinal)
        where !head || refusal.Status != 416
        select new TestCaseData(refusal.Request, refusal.Status, json, head);

    [TestCaseSource(nameof(Refusals))]
    public void The_page_of_an_error_is_the_sites_and_its_fields_stay(
        string request, int status, bool json, bool head)
    {
        SiteRules common = new()
        {
            Errors = new() { ["4xx"] = "/sorry.html", ["404"] = "/lost.html", ["5xx"] = "/gone.html" },
            Headers =
            [
                new() { Match = "/**", Set = new() { ["X-All"] = "1", ["X-Frame-Options"] = null } },
                new() { Match = "/**", Set = new() { ["X-Error"] = "1" }, On = HeaderScope.Error },
                new() { Match = "/**", Set = new() { ["X-Ok"] = "1" }, On = HeaderScope.Ok },
                new() { Match = "/*", Set = new() { ["X-File"] = "1" }, Cache = "1h" },
            ],
        };
        var site = new TestSite(rules: Table(common), files: ["/sorry.html", "/lost.html"]);
        string[] parts = request.Split("\r\n");
        string line = head ? parts[0].Replace("GET", "HEAD", StringComparison.Ordinal) : parts[0];
        string fields = string.Concat(parts[1..].Select(part => part + "\r\n"));
        string text = $"{line} HTTP/1.1\r\nHost: a\r\n{fields}"
            + (json ? "Accept: application/json\r\n" : "") + "\r\n";
        ParsedAnswer answer =
            ParsedAnswer.ReadAll(new TestConnection(site).Send(text).Received(), _ => head).Single();
        Assert.That(answer.Status, Is.EqualTo(status));
        string page = status == 404 ? "/lost.html" : status < 500 ? "/sorry.html" : "<h1>501";
        Assert.That(answer.Body, head ? Is.Empty : json ? Does.StartWith("{") : Does.Contain(page));
        Assert.That(
            answer.Fields["Content-Type"], Does.StartWith(json ? "application/json" : "text/html"));
        Assert.That(answer.Fields["Cache-Control"], Is.EqualTo("no-store"));
        Assert.That(answer.Fields.Keys, Does.Contain("X-All").And.Contain("X-Error"));
        Assert.That(answer.Fields.Keys.Intersect(["X-Ok", "X-File", "X-Frame-Options", "ETag"]), Is.Empty);
        Assert.That(answer.Fields["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(answer.Fields.ContainsKey("Allow"), Is.EqualTo(status == 405));
        Assert.That(answer.Fields.ContainsKey("Content-Range"), Is.EqualTo(status == 416));
    }

    [TestCase("/a/x.js", "", 200, "max-age=60")]
    [TestCase("/a/x.js", "Range: bytes=0-0\r\n", 206, "max-age=60")]
    [TestCase("/a/x.js", "If-None-Match: \"tag\"\r\n", 304, "max-age=60")]
    [TestCase("/a/x.js", "If-Match: \"no\"\r\n", 412, "no-store")]
    [TestCase("/a/x.js", "Range: bytes=999-\r\n", 416, "no-store")]
    [TestCase("/a/gone-3f2a91bc.js", "", 404, "no-store")]
    [TestCase("/dir", "", 301, null)]
    [TestCase("/a/x-3f2a91bc.js", "", 200, "max-age=31536000, immutable")]
    [TestCase("/x.pdf", "", 200, "no-store")]
    [TestCase("/file.txt", "", 200, "no-cache")]
    public void Caches_are_told_of_files_and_keep_no_error(
        string target, string fields, int status, string? expected)
    {
        SiteRules common = new()
        {
            Headers =
            [
                new() { Match = "/a/**", Cache = "1m" },
                new() { Match = "/a/x-*", Cache = "auto" },
                new() { Match = "*.pdf", Set = new() { ["cache-control"] = "no-store" } },
            ],
        };
        var site = new TestSite(rules: Table(common), files: ["/a/x.js", "/a/x-3f2a91bc.js", "/x.pdf"]);
        ParsedAnswer answer = Get(site, target, fields);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Fields.GetValueOrDefault("Cache-Control"), Is.EqualTo(expected));
    }

    [Test]
    public void All_rules_that_meet_a_file_apply_and_the_last_one_wins()
    {
        SiteRules common = new()
        {
            Security = false,
            Headers =
            [
                new() { Match = "/**", Set = new() { ["X-A"] = "all", ["X-B"] = "all", ["X-C"] = "all" } },
                new() { Match = "/d/", Set = new() { ["x-a"] = "directory" } },
                new() { Match = "index.html", Set = new() { ["X-B"] = null } },
                new() { Match = "*.html", Set = new() { ["Content-Type"] = "text/x-own" } },
            ],
        };
        var site = new TestSite(rules: Table(common), files: ["/d/index.html", "/d/other.txt"]);
        foreach (string name in (string[])["/d/", "/d/index.html"])
        {
            ParsedAnswer index = Get(site, name);
            Assert.That(index.Fields["X-A"], Is.EqualTo("directory"));
            Assert.That(index.Fields.ContainsKey("X-B"), Is.False);
            Assert.That(index.Fields["X-C"], Is.EqualTo("all"));
            Assert.That(index.Fields["Content-Type"], Is.EqualTo("text/x-own"));
            Assert.That(index.Fields.ContainsKey("Referrer-Policy"), Is.False);
        }
        ParsedAnswer other = Get(site, "/d/other.txt");
        Assert.That((other.Fields["X-A"], other.Fields["X-B"]), Is.EqualTo(("all", "all")));
        ParsedAnswer unmodified = Get(site, "/d/", "If-None-Match: \"tag\"\r\n");
        Assert.That(unmodified.Fields["X-A"], Is.EqualTo("directory"));
        Assert.That(unmodified.Fields.ContainsKey("Content-Type"), Is.False);
    }

    [TestCase("/readme.TXT", "301 /ReadMe.txt")]
    [TestCase("/README.txt?q=%20", "301 /ReadMe.txt?q=%20")]
    [TestCase("/ReadMe.txt", "200")]
    [TestCase("/DIR2", "301 /Dir2/")]
    [TestCase("/dir2/", "301 /Dir2/")]
    [TestCase("/Dir2", "301 /Dir2/")]
    [TestCase("/%C3%A4%C3%96", "301 /%C3%84%C3%B6")]
    [TestCase("/AB", "404")]
    [TestCase("/hidden.TXT", "404")]
    [TestCase("/missing", "404")]
    public void A_name_leads_to_the_only_one_that_differs_in_case(string target, string expected)
    {
        string[] files = ["/ReadMe.txt", "/Dir2/index.html", "/\u00c4\u00f6", "/aB", "/Ab", "/Hidden.txt"];
        SiteRules common = new() { CaseRedirect = true, Hide = ["Hidden.*"] };
        ParsedAnswer answer = Get(new TestSite(rules: Table(common), files: files), target);
        string location = answer.Fields.GetValueOrDefault("Location", "");
        Assert.That($"{answer.Status} {location}".Trim(), Is.EqualTo(expected));
        Assert.That(Get(new TestSite(files: files), target).Status,
            Is.EqualTo(target == "/Dir2" ? 301 : target == "/ReadMe.txt" ? 200 : 404), "off");
    }

    [Test]
    public void What_a_site_hides_it_does_not_have()
    {
        SiteTable table = new(
            new SiteRules(),
            [
                new() { Hosts = ["a"], Hide = ["**/*.map", "/private/**", "/x/index.html"] },
                new() { Hosts = ["b"] },
            ],
            MediaTypeTable.Usual);
        var site = new TestSite(rules: table, files: ["/js/x.map", "/private/index.html", "/x/index.html"]);
        foreach (string target in (string[])["/js/x.map", "/private/", "/private", "/x", "/x/index.html"])
        {
            Assert.That(Get(site, target).Status, Is.EqualTo(404), target);
            Assert.That(Get(site, target, host: "b").Status, Is.EqualTo(target.EndsWith('x') ? 301
                : target == "/private" ? 301 : 200), target);
        }
    }

    [Test]
    public void Sites_have_directories_of_their_own_and_no_name_leads_out_of_them()
    {
        SiteTable table = new(
            new SiteRules(),
            [
                new() { Hosts = ["a.example"], RedirectHosts = ["www.a.example"], Root = "a" },
                new() { Hosts = ["b.example"], Root = "b", CleanUrls = CleanUrls.Redirect },
            ],
            MediaTypeTable.Usual);
        var site = new TestSite(
            rules: table, files: ["/a/index.html", "/a/x/index.html", "/b/x.html", "/b/404.html"]);
        Assert.That(Get(site, "/", host: "a.example").Body, Is.EqualTo("/a/index.html"));
        Assert.That(Get(site, "/", host: "b.example").Body, Is.EqualTo("/b/404.html"));
        Assert.That(Get(site, "/x?q=1", host: "A.Example.:80").Fields["Location"], Is.EqualTo("/x/?q=1"));
        Assert.That(Get(site, "/x.html", host: "b.example").Fields["Location"], Is.EqualTo("/x"));
        Assert.That(Get(site, "/../b/x.html", host: "a.example").Status, Is.EqualTo(400));
        Assert.That(Get(site, "/b/x.html", host: "a.example").Status, Is.EqualTo(404));
        Assert.That(Get(site, "/file.txt", host: "a.example").Status, Is.EqualTo(404));
        ParsedAnswer other = Get(site, "/", host: "c.example");
        Assert.That((other.Status, other.Fields["Cache-Control"]), Is.EqualTo((421, "no-store")));
        Assert.That(Get(site, "http://b.example/x", host: "a.example").Body, Is.EqualTo("/b/x.html"));
    }

    [TestCase("/", "www.a.example", "//a.example/")]
    [TestCase("/x/?a=1", "WWW.A.example.:8080", "//a.example:8080/x/?a=1")]
    [TestCase("//evil.example/./y%20z", "www.a.example:", "//a.example/evil.example/y%20z")]
    [TestCase("//evil.example/..", "www.a.example:00000000000000080", "//a.example/")]
    public void A_name_beside_leads_to_the_first_one_by_the_same_scheme(
        string target, string host, string location)
    {
        SiteTable table = new(
            new SiteRules(),
            [new() { Hosts = ["A.Example"], RedirectHosts = ["www.a.example"] }],
            MediaTypeTable.Usual);
        ParsedAnswer answer = Get(new TestSite(rules: table), target, host: host);
        Assert.That((answer.Status, answer.Fields["Location"]), Is.EqualTo((301, location)));
        Assert.That(Get(new TestSite(rules: table), target, method: "DELETE", host: host).Status,
            Is.EqualTo(405));
    }

    [Test]
    public void Sites_and_rules_allocate_nothing()
    {
        SiteOptions[] sites =
        [
            .. Enumerable.Range(0, 10_000).Select(
                i => new SiteOptions { Hosts = [$"h{i}.example"], RedirectHosts = [$"www.h{i}.example"] }),
            new() { Hosts = ["*.wild.example", "[2001:db8::1]"], CleanUrls = CleanUrls.Redirect },
        ];
        SiteRules common = new()
        {
            Errors = new() { ["405"] = "/file.txt" },
            Fallback = "/app.html",
            Headers = [new() { Match = "*.html", Set = new() { ["X-A"] = new string('a', 500) } }],
        };
        SiteTable table = new(common, sites, MediaTypeTable.Usual);
        var site = new TestSite(rules: table, files: ["/app.html", "/about.html", "/404.html"]);
        string text = string.Concat(
            from line in (string[])
            [
                "GET /about HTTP/1.1\r\nHost: a.b.wild.example:80\r\n",
                "GET /about.html HTTP/1.1\r\nHost: x.wild.example\r\n",
                "GET /file.txt HTTP/1.1\r\nHost: [2001:DB8::1]\r\n",
                "GET /place HTTP/1.1\r\nHost: h9999.example\r\n",
                "GET /lost.js HTTP/1.1\r\nHost: H5.example.\r\n",
                "GET /about.html HTTP/1.1\r\nHost: www.h5.example\r\n",
                "GET /about.html HTTP/1.1\r\nHost: unknown.example\r\n",
                "PUT /about.html HTTP/1.1\r\nHost: h5.example\r\n",
                "GET /about.html HTTP/1.1\r\nHost: h5.example\r\nRange: bytes=1-2\r\n",
                "GET /about.html HTTP/1.1\r\nHost: h5.example\r\nIf-None-Match: \"tag\"\r\n",
            ]
            select line + "\r\n");
        var connection = new TestConnection(site);
        Assert.That(
            ParsedAnswer.ReadAll(connection.Send(text).Received()).Select(answer => answer.Status),
            Is.EqualTo([200, 301, 200, 200, 404, 301, 421, 405, 206, 304]));
        long least = long.MaxValue;
        for (int part = 0; part < 8; part++)
        {
            least = Math.Min(least, TestConnection.Allocated(site, text, 50));
        }
        Assert.That(least, Is.Zero);
    }

    private static SiteTable Table(SiteRules common) => new(common, [], MediaTypeTable.Usual);

    private static ParsedAnswer Get(
        TestSite site, string target, string fields = "", string method = "GET", string host = "a") =>
        ParsedAnswer.ReadAll(
            new TestConnection(site)
                .Send($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n").Received(),
            _ => method == "HEAD").Single();
}
