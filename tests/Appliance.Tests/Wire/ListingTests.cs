using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Listings of a running server, in the hands of programs that read listings.</summary>
[TestFixture]
[Category("Wire")]
public sealed class ListingTests
{
    // Names that are a scheme, a query, an escape, markup, or of another direction.
    private static readonly string[] Names =
    [
        "plain.txt", "a b", "a:b", "javascript:1", "q?x=1", "hash#1", "%41", "100%", "a&amp;b", "it's",
        "\"q\"", "<b>", "a;b", "a+b", "~t", "@", "[x]", "=", "ünïcödé", "日本語", "שלום", "e\u0301",
        new('x', 255), new('ä', 127),
    ];

    // Without what a client has its own mind about: wget decodes twice and cuts long names, and a tilde is
    // lftp's home.
    [TestCase("wget -q -m -nH -e robots=off --restrict-file-names=nocontrol -P got $url/", "%41 f%2F long")]
    [TestCase("rclone --config /dev/null --no-traverse copy :http: got --http-url $url/", "")]
    [TestCase("lftp -e 'set net:max-retries 1; mirror / got; exit' $url/", "~t")]
    [Category("Published")]
    public void A_tree_of_awkward_names_is_mirrored_byte_for_byte(string mirror, string without)
    {
        LabScript.Require("curl", mirror.Split(' ')[0]);
        using var content = new TemporaryContent();
        Fill(content, without.Split(' '));

        LabScript.Serve(content, mirror + """

            find got -name 'index.html*' -delete
            find got -type d -empty -delete
            diff -r "$www" got
            [ "$(find got -type f | wc -l)" -gt 1000 ]
            """, "--listing").Succeeded();
    }

    [Test]
    [Category("Published")]
    public void A_page_is_html_without_a_fault_and_json_has_every_name()
    {
        LabScript.Require("curl", "python3", "tidy");
        using var content = new TemporaryContent();
        Fill(content);

        LabScript.Serve(content, """
            for page in / /deep/ '/deep/d%3fr%20%231/' '/deep/?sort=size&order=desc' /many/; do
              curl -sS --fail "$url$page" >page.html
              tidy -q -e --warn-proprietary-attributes no page.html
            done
            curl -sS --fail -H 'Accept: application/json' $url/deep/ >names.json
            python3 - "$www/deep" <<'END'
            import json, os, sys
            listed = json.load(open("names.json"))
            assert {e["name"] for e in listed} == set(os.listdir(sys.argv[1]))
            for e in listed:
                path = os.path.join(sys.argv[1], e["name"])
                assert (e["type"] == "directory") == os.path.isdir(path), e
                assert os.path.isdir(path) or e["size"] == os.path.getsize(path), e
            END
            tag=$(curl -sSI $url/many/ | tr -d '\r' | sed -n 's/^ETag: //p')
            [ "$(curl -sS -o /dev/null -w '%{http_code}' -H "If-None-Match: $tag" $url/many/)" = 304 ]
            echo 1 >"$www/many/another"
            kill -HUP $pid
            until curl -sS "$url/many/?format=text" | grep '^another$' >seen; do sleep 0.1; done
            [ "$(curl -sS -o /dev/null -w '%{http_code}' -H "If-None-Match: $tag" $url/many/)" = 200 ]
            [ "$(curl -sS -o /dev/null -w '%{redirect_url}' "$url/many?a=b")" = "$url/many/?a=b" ]
            curl -sS --http1.0 "$url/many/?format=text&sort=name" | sed -n 12p
            """, "--listing").Succeeded();
    }

    [Test]
    public void Ten_thousand_who_ask_for_every_order_and_read_nothing_hold_up_nobody()
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent(inMemory: true);
        content.Add("a.bin", 100_000);
        foreach (int directory in Enumerable.Range(0, 40))
        {
            string path = Directory.CreateDirectory(Path.Combine(content.Www, $"d{directory}")).FullName;
            for (int i = 0; i < 1200; i++)
            {
                File.WriteAllText(Path.Combine(path, $"name-{i}"), "");
            }
        }

        ScriptResult result = LabScript.Serve(content, """
            ip address add 198.18.0.3/24 dev "$(ip -o route get 198.18.0.2 | sed 's/.* dev \([^ ]*\).*/\1/')"
            memory() { awk '/^VmRSS/ { print $2 }' /proc/$pid/status; }
            for i in {1..200}; do curl -sS -o /dev/null "$url/d$((i % 40))/?sort=size"; done
            before=$(memory)
            python3 - <<'END'
            import http.client, resource, socket
            resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
            held = []
            def ask(count):
                for i in range(count):
                    if len(held) > 1500:
                        held.pop(0).close()
                    s = socket.socket()
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    s.connect(("198.18.0.2", 80))
                    sort = ("name", "size", "time")[i % 3]
                    s.sendall(b"GET /d%d/?sort=%s&order=desc HTTP/1.1\r\nHost: a\r\n\r\n"
                              % (i % 40, sort.encode()))
                    held.append(s)
            for part in range(100):
                ask(100)
                c = http.client.HTTPConnection("198.18.0.2", timeout=10, source_address=("198.18.0.3", 0))
                c.request("GET", "/a.bin")
                assert len(c.getresponse().read()) == 100_000
                c.request("GET", "/d7/?format=text&sort=name")
                names = c.getresponse().read().split(b"\n")[:-1]
                assert names == [b"name-%d" % i for i in range(1200)], names[:20]
                c.close()
            END
            echo "$before $(memory)"
            curl -sS --fail $url:9180/metrics >metrics.txt
            ! grep -E '^straightwire_.*faults_total [1-9]' metrics.txt
            grep '^straightwire_http_listing' metrics.txt >&2
            """, "--listing");

        int[] kilobytes = Array.ConvertAll(result.Succeeded().Output.Split(' '), int.Parse);
        TestContext.Out.WriteLine($"{result.Output} KB before and after; {result.Log}");
        // Of 1,500 who hold their connections none holds a listing, nor an order of it.
        Assert.That(kilobytes[1] - kilobytes[0], Is.LessThan(100_000));
        Assert.That(result.Log, Does.Match("straightwire_http_listing_sorts_total [1-9]"));
    }

    private static void Fill(TemporaryContent content, params string[] without)
    {
        string deep = Directory.CreateDirectory(Path.Combine(content.Www, "deep")).FullName;
        bool isLongIn = !without.Contains("long");
        foreach (string name in Names.Except(without).Where(name => isLongIn || name.Length < 100))
        {
            File.WriteAllText(Path.Combine(deep, name), $"what is in {name}");
        }
        string inner = Directory.CreateDirectory(Path.Combine(content.Www, "deep", "d?r #1")).FullName;
        File.WriteAllText(Path.Combine(inner, without.Contains("f%2F") ? "f" : "f%2F"), "a");
        string many = Directory.CreateDirectory(Path.Combine(content.Www, "many")).FullName;
        for (int i = 0; i < 1500; i++)
        {
            File.WriteAllText(Path.Combine(many, $"file-{i}.dat"), new string('x', i));
        }
    }
}
