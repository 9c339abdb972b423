using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Sites by their names and their rules, as curl, wget and Python's urllib see them.</summary>
[TestFixture]
[Category("Wire")]
public sealed class SiteTests
{
    private const string Configuration = """
        {
          "content": { "mediaTypes": { ".sig": "application/pgp-signature" } },
          "http": {
            "site": { "index": ["index.html", "index.htm"] },
            "sites": [
              {
                "hosts": ["example.org"], "redirectHosts": ["www.example.org"], "root": "www.d",
                "cleanUrls": "redirect", "hide": ["*.map"], "errors": { "4xx": "/sorry.html" },
                "headers": [
                  { "match": "/**", "set": { "X-Site": "blog", "X-Frame-Options": null } },
                  { "match": "/assets/**", "cache": "immutable" }
                ]
              },
              { "hosts": ["app.example.org"], "root": "app", "fallback": "/index.html", "security": false },
              { "hosts": ["*.example.org"], "root": "other" }
            ]
          }
        }
        """;

    private const string Preamble = """
        # Asks for a path of a host: its status, where it leads, and what it sends.
        ask() {
          local host=$1 path=$2; shift 2
          curl -sS --connect-to ::198.18.0.2: -o body -D head -w '%{http_code}' "$@" "http://$host$path"
          echo " $(tr -d '\r' <head | sed -n 's/^Location: //p') $(head -c 20 body | tr -d '\n')"
        }
        field() { tr -d '\r' <head | sed -n "s/^$1: //p"; }

        """;

    [Test]
    [Category("Published")]
    public void Each_name_has_its_site_and_each_site_its_rules()
    {
        ScriptResult result = Serve("""
            ask example.org /
            ask EXAMPLE.org. /about
            ask example.org '/about.html?a=1'
            ask example.org '/assets?b=%20'
            ask example.org /assets/app.js
            field Cache-Control; field X-Site; field X-Content-Type-Options; field X-Frame-Options
            ask example.org /assets/app.js -H 'Range: bytes=1-2'
            field Content-Range; field Content-Length; field X-Site; field Cache-Control
            ask example.org /assets/app.js -H "If-None-Match: $(field ETag)"
            field X-Site; field Cache-Control; field Content-Type
            ask example.org /assets/app.js.map
            field Cache-Control; field Content-Type; field X-Site
            ask www.example.org '/about?a=1'
            ask app.example.org /user/7
            field Referrer-Policy
            ask app.example.org /lost.js
            ask x.y.example.org /
            ask x.y.example.org /key.sig
            field Content-Type
            ask example.net / -H 'Accept: application/json'
            ask example.org /../app/index.html --path-as-is
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("""
            200  blog
            200  about
            301 /about?a=1 <!doctype html><html
            301 /assets/?b=%20 <!doctype html><html
            200  script
            max-age=31536000, immutable
            blog
            nosniff
            206  cr
            bytes 1-2/7
            2
            blog
            max-age=31536000, immutable
            304  cr
            blog
            max-age=31536000, immutable
            404  sorry
            no-store
            text/html; charset=utf-8
            blog
            301 //example.org/about?a=1 <!doctype html><html
            200  application
            404  <!doctype html><html
            200  other
            200  key
            application/pgp-signature
            421  {"status":421,"title
            400  sorry
            """));
    }

    [Test]
    public void Clients_follow_redirects_to_the_file()
    {
        LabScript.Require("python3", "wget");
        ScriptResult result = Serve("""
            curl -sSL --connect-to ::198.18.0.2: http://www.example.org/assets
            wget -q -O - --header 'Host: x.example.org' $url/dir
            python3 - <<'EOF'
            import urllib.request
            for path in "/dir", "/dir?x", "//dir":
                host = {"Host": "x.example.org"}
                request = urllib.request.Request("http://198.18.0.2" + path, headers=host)
                print(urllib.request.urlopen(request).read().decode().strip())
            EOF
            """).Succeeded();

        Assert.That(result.Output.Split('\n'), Is.EqualTo(["assets", "dir", "dir", "dir", "dir"]));
    }

    private static ScriptResult Serve(string script)
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        foreach ((string path, string text) in ((string, string)[])
        [
            ("www.d/index.html", "blog"), ("www.d/about.html", "about"), ("www.d/sorry.html", "sorry"),
            ("www.d/assets/app.js", "script"), ("www.d/assets/app.js.map", "map"),
            ("www.d/assets/index.htm", "assets"), ("app/index.html", "application"),
            ("other/index.html", "other"), ("other/key.sig", "key"), ("other/dir/index.html", "dir"),
        ])
        {
            string file = Path.Combine(content.Www, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text + "\n");
        }
        string configuration = Path.Combine(content.Root, "sites.json");
        File.WriteAllText(configuration, Configuration);
        return LabScript.Serve(content, Preamble + script, "--config", configuration);
    }
}
