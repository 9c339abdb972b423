using System.Text.Json;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// /connections of a running server, beside what the clients' kernel says of the same connections.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class ConnectionsTests
{
    [TestCase("1")]
    [TestCase("3")]
    [Category("Published")]
    public void A_client_finds_its_own_connection_and_those_of_every_shard(string shards)
    {
        LabScript.Require("curl", "python3");
        using var content = new TemporaryContent();
        content.Add("a.bin", 1000);

        ScriptResult result = LabScript.Serve(content, """
            python3 - <<'END'
            import http.client, json
            clients = [http.client.HTTPConnection("198.18.0.2") for _ in range(40)]
            for client in clients:
                client.request("GET", "/a.bin")
                assert len(client.getresponse().read()) == 1000
            ports = {client.sock.getsockname()[1] for client in clients}
            asks = http.client.HTTPConnection("198.18.0.2", 9180)
            for part in range(3):
                asks.request("GET", "/connections?format=json")
                listing = json.load(asks.getresponse())
                assert listing["listed"] == listing["matching"] == len(listing["connections"]) == 41, listing
                mine = [c for c in listing["connections"] if c["local_port"] == 9180]
                assert [c["peer_port"] for c in mine] == [asks.sock.getsockname()[1]], mine
                served = [c for c in listing["connections"] if c["local_port"] == 80]
                assert {c["peer_port"] for c in served} == ports, served
                for c in served:
                    assert c["state"] == "established" and c["loss"] == "open", c
                    assert c["acknowledged_bytes"] > 1000 and c["received_bytes"] > 40, c
                    assert c["resent_bytes"] == 0 and 0 < c["rtt_seconds"] < 1, c
            print(len({c["shard"] for c in listing["connections"]}))
            END
            curl -sS --fail "$url:9180/connections?port=9180&limit=1" | tail -1 >&2
            """, "--set", $"server.shards={shards}");

        Assert.That(int.Parse(result.Succeeded().Output), Is.EqualTo(int.Parse(shards)));
        Assert.That(result.Log, Does.Contain("# 1 listed of "));
    }

    [Test]
    public void Under_loss_the_listing_says_what_the_kernel_at_the_other_end_sees()
    {
        LabScript.Require("curl", "iptables", "ss");
        using var content = new TemporaryContent();
        content.Add("large.bin", 40_000_000);

        ScriptResult result = LabScript.Serve(content, """
            iptables -A INPUT -p tcp --sport 80 -m statistic --mode random --probability 0.02 -j DROP
            curl -sS --fail --limit-rate 4M -o large $url/large.bin & download=$!
            sleep 3
            curl -sS --fail "$url:9180/connections?port=80&format=json" >listing.json
            ss -tin 'dport = :80' >ss.txt
            curl -sS --fail "$url:9180/connections?port=80&format=json" >later.json
            kill $download
            curl -sS --fail "$url:9180/metrics" | grep -E '^straightwire_tcp_retrans' >metrics.txt
            cat metrics.txt >&2
            grep -o 'bytes_received:[0-9]*' ss.txt | cut -d: -f2
            python3 - <<'END'
            import json
            for name in "listing.json", "later.json":
                (c,) = json.load(open(name))["connections"]
                print(json.dumps(c))
            END
            """, "--set", "link.offload=false");

        string[] lines = result.Succeeded().Output.Split('\n');
        long received = long.Parse(lines[0]);
        JsonElement before = JsonDocument.Parse(lines[1]).RootElement;
        JsonElement after = JsonDocument.Parse(lines[2]).RootElement;
        Assert.That(before.GetProperty("acknowledged_bytes").GetInt64(), Is.LessThanOrEqualTo(received));
        Assert.That(
            after.GetProperty("acknowledged_bytes").GetInt64() + after.GetProperty("flight_bytes").GetInt64(),
            Is.GreaterThanOrEqualTo(received));
        Assert.That(after.GetProperty("resent_segments").GetInt64(), Is.GreaterThan(5));
        Assert.That(
            after.GetProperty("resent_bytes").GetInt64(),
            Is.LessThanOrEqualTo(after.GetProperty("resent_segments").GetInt64() * 1448));
        Assert.That(after.GetProperty("ssthresh_bytes").ValueKind, Is.EqualTo(JsonValueKind.Number));
    }

    [Test]
    public void Listings_without_end_and_readers_that_read_nothing_hold_up_nobody()
    {
        LabScript.Require("curl", "python3");
        using var content = new TemporaryContent();
        content.Add("a.bin", 100_000);

        ScriptResult result = LabScript.Serve(content, """
            python3 - <<'END'
            import http.client, json, socket, threading, time
            resource = __import__("resource")
            resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
            held = []
            for _ in range(2000):
                held.append(socket.create_connection(("198.18.0.2", 80)))
            # They ask for everything, again and again, and read nothing.
            slow = []
            for _ in range(8):
                s = socket.socket()
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                s.connect(("198.18.0.2", 9180))
                s.sendall(b"GET /connections?format=json&limit=100000 HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
                slow.append(s)
            ends, done = time.time() + 5, []
            def ask():
                while time.time() < ends:
                    try:
                        c = http.client.HTTPConnection("198.18.0.2", 9180, timeout=10)
                        c.request("GET", "/connections?limit=100000&format=json")
                        done.append(json.load(c.getresponse())["listed"])
                        c.close()
                    except (OSError, http.client.HTTPException, json.JSONDecodeError):
                        time.sleep(0.01)  # more ask than there are places
            threads = [threading.Thread(target=ask) for _ in range(8)]
            for t in threads: t.start()
            honest, worst = 0, 0
            while time.time() < ends:
                begun = time.time()
                c = http.client.HTTPConnection("198.18.0.2", timeout=10)
                c.request("GET", "/a.bin")
                assert len(c.getresponse().read()) == 100_000
                c.close()
                worst = max(worst, time.time() - begun)
                honest += 1
                if honest % 50 == 0:  # connections end while they are listed
                    for s in held[honest:honest + 20]: s.close()
            for t in threads: t.join()
            assert honest > 50, honest
            assert len(done) > 5 and min(done) > 900, done
            print(honest, round(worst, 3), len(done), min(done), max(done))
            END
            curl -sS --fail $url:9180/metrics >metrics.txt
            ! grep -E '^straightwire_.*faults_total [1-9]' metrics.txt
            """, "--set", "tcp.peer.exempt.0=198.18.0.1/32", "--set", "server.shards=2");

        result.Succeeded();
        TestContext.Out.WriteLine(result.Output);
    }
}
