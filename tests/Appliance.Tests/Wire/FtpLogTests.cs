using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>What was done stands in the logs and the metrics, once and right.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpLogTests
{
    [Test]
    [Category("Published")]
    public void Every_transfer_is_one_right_line_of_each_log_and_counted()
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);
        content.Add("huge.bin", 40_000_000);

        FtpLab.Namespace(content, """
            serve "${users[@]}" --set ftp.logs.xferlog="$out/xferlog" --set ftp.logs.json="$out/json"; answers
            metrics() { get http://198.18.0.2:9180/metrics >"$1"; python3 "$clients/metrics_check.py" "$1"; }
            metrics before
            for i in 1 2 3; do get -o large.bin $ftp/large.bin; done
            get --use-ascii -o text.txt $ftp/text.txt
            get -o odd "$ftp/spaces%20%22quotes%22%20%C3%BC%E2%82%AC%20and%20;facts.txt"
            get -u $login -T large.bin $ftp/up.bin
            get -u $login -a -T text.txt $ftp/up.bin
            get -l -o names $ftp/sub/
            get -m 3 --limit-rate 1M -o part.bin $ftp/huge.bin 2>/dev/null || true
            get -u publisher:wrong -o names $ftp/ 2>/dev/null || true
            get -u $login -Q 'DELE up.bin' -l -o names $ftp/
            metrics after
            kill -TERM $pid; wait $pid
            python3 - <<'END'
            import collections, json
            text = 'line 1\r\nline 2\r\nline 3\r\n'
            lines = [line.split() for line in open("xferlog", encoding="utf-8")]
            transfers = [(line[6], line[7], line[8], line[9], line[11], line[12], line[13], line[-1])
                         for line in lines if not line[8].startswith("/spaces") and line[11] in "oi"]
            large = ("198.18.0.1", "5000003", "/large.bin", "b", "o", "a", "ftp@example.com", "c")
            whole = [line for line in transfers if line[-1] == "c"]
            assert whole[:3] == [large] * 3, whole
            assert whole[3][:5] == ("198.18.0.1", str(len(text)), "/text.txt", "a", "o"), whole[3]
            assert len(lines) == 9 and lines[-1][8:12] == ["/up.bin", "b", "_", "d"], lines
            assert whole[4][1:7] == ("5000003", "/up.bin", "b", "i", "g", "publisher"), whole[4]
            assert whole[5][2:5] == ("/up.bin", "b", "i"), whole[5]
            broken = [line for line in transfers if line[-1] == "i"]
            assert len(broken) == 1 and broken[0][2] == "/huge.bin", broken
            assert 0 < int(broken[0][1]) < 40000000, broken

            records = [json.loads(line) for line in open("json", encoding="utf-8")]
            actions = [record["action"] for record in records if record["action"] != "login"]
            assert actions == ["download"] * 5 + ["upload"] * 2 + [
                "list", "download", "loginFailed", "delete", "list"], actions
            odd = [r for r in records if r.get("path") == '/spaces "quotes" ü€ and ;facts.txt']
            assert len(odd) == 1 and odd[0]["bytes"] == 4 and odd[0]["complete"], odd
            assert all(record["peer"] == "198.18.0.1" for record in records)

            def read(name):
                sums = collections.Counter()
                for sample in (line.split() for line in open(name) if not line.startswith("#")):
                    sums[sample[0].partition("{")[0]] += float(sample[1])
                return sums
            before, after = read("before"), read("after")
            def grown(name):
                name = f"straightwire_{name}_total"
                assert name in before, name
                return after[name] - before[name]
            assert grown("ftp_downloads") == 5, grown("ftp_downloads")
            assert grown("ftp_uploads") == 2 and grown("ftp_listings") == 2
            assert grown("ftp_upload_bytes") == 5000003 + len(open("text.txt", "rb").read())
            assert grown("ftp_download_bytes") > 3 * 5000003
            assert grown("ftp_logins_failed") == 1 and grown("ftp_logins") == 3
            assert grown("ftp_transfers_failed") == 1 and grown("ftp_changes") == 1
            assert grown("tcp_sent_bytes") > 3 * 5000003 and grown("http_requests") == 0
            END
            """).Succeeded();
    }
}
