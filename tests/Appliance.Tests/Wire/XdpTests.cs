using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// The server on AF_XDP, beside the kernel, on a veth whose other end is in another namespace.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class XdpTests
{
    /// <summary>
    /// <see cref="VethLab.Preamble"/>, with an address of the kernel's on sw1, and the server on it by XDP.
    /// In generic mode it stands on a macvlan, which has no XDP of its own.
    /// </summary>
    private const string Cable = VethLab.Preamble + """
        ip address add 198.18.0.9/24 dev sw1
        export STRAIGHTWIRE__SERVER__SHARDS=1
        link=xdp
        native() { take "$@"; }
        generic() {
          ip link add link sw1 name sw2 type macvlan mode private
          ip link set sw2 up
          serve --link xdp --interface sw2 "$@"
        }

        """;

    [TestCase("native")]
    [TestCase("generic")]
    [Category("Published")]
    public void Files_arrive_whole_by_http_and_ftp(string mode)
    {
        Require("curl");
        using var content = new TemporaryContent();
        foreach (long size in new[] { 0, 1, 1447, 1448, 1449, 65_536, 262_145, 10_000_000 })
        {
            content.Add($"{size}.bin", size);
        }

        ScriptResult result = LabScript.Namespace(content, Cable + $$"""
            {{mode}} --address 198.18.0.2/24
            reached
            sed "s,$url,ftp://198.18.0.2," '{{content.CurlConfiguration(LabScript.Url)}}' >ftprc
            for how in "-K $root/curlrc" "-K ftprc" "-K ftprc --ftp-port -"; do
              peer curl -sS --fail $how
              sha256sum --quiet -c "$sums"
              rm *.bin
            done
            grep -o "XDP ([a-z, ]*)" "$root/server.log"
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo($"XDP (copy mode, {mode})"));
    }

    // In copy mode they come while the kernel sends, and wait in the ring until that is done.
    [Test]
    public void Acknowledgements_have_room_while_large_files_are_sent()
    {
        Require("curl");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        ScriptResult result = LabScript.Namespace(content, Cable + """
            native --address 198.18.0.2/24
            reached
            clients=
            for i in {1..8}; do
              peer curl -sS --fail -o $i.bin $url/large.bin & clients="$clients $!"
            done
            wait $clients
            for i in {1..8}; do cmp $i.bin "$www/large.bin"; done
            peer curl -sS --fail $url:9180/metrics | awk '
              index($1, "straightwire_link_frames_received_total{") == 1 { received += $2 }
              $1 == "straightwire_link_frames_lost_total" { lost = $2 }
              END { print received, lost }'
            """).Succeeded();

        int[] frames = Array.ConvertAll(result.Output.Split(' '), int.Parse);
        Assert.That(frames[0], Is.GreaterThan(1000));
        Assert.That(frames[1], Is.LessThan(frames[0] / 100), result.Output);
    }

    // The kernel chooses a queue by a hash, and FTP's data connections have their shard by their port, so
    // that some of what comes to a queue is the other shard's.
    [TestCase("198.18.0.2", "--address 198.18.0.2/24")]
    [TestCase("198.18.0.9", "")]
    public void Each_queue_has_a_shard_and_all_serve_and_hand_over_what_is_not_theirs(
        string address, string options)
    {
        Require("curl", "wrk");
        using var content = new TemporaryContent();
        content.Add("large.bin", 10_000_000);
        for (int i = 0; i < 40; i++)
        {
            content.Add($"{i}.bin", 1 + (i * 7001));
        }
        string downloads = content.CurlConfiguration($"http://{address}");

        ScriptResult result = LabScript.Namespace(content, $"queues=2\n{Cable}" + $$"""
            url=http://{{address}}
            metric() {
              peer curl -sS --fail $url:9180/metrics | awk -v name="straightwire_$1" '
                $1 == name || index($1, name "{") == 1 { sum += $2 }
                END { printf "%d\n", sum }'
            }
            native {{options}} --set server.shards=2
            reached
            for i in 1 2 3; do
              peer curl -sS --fail --parallel --parallel-max 16 -K '{{downloads}}'
              sha256sum --quiet -c "$sums"
              rm *.bin
            done
            peer wrk -t1 -c64 -d2s $url/1.bin >wrk.txt
            grep -q "requests in" wrk.txt
            if grep -E "Socket errors|Non-2xx" wrk.txt; then exit 1; fi
            for i in {1..8}; do
              for how in "" "--ftp-port -"; do
                peer curl -sS --fail $how -o large.bin ftp://{{address}}/large.bin
                cmp large.bin "$www/large.bin"
              done
            done
            for shard in 0 1; do
              [ "$(metric 'link_frames_received_total{shard="'$shard'"}')" -gt 0 ]
              [ "$(metric 'tcp_accepted_total{shard="'$shard'"}')" -gt 0 ]
            done
            [ "$(metric shards_handed_over_total)" -gt 100 ]
            [ "$(metric shards_received_total)" -gt 100 ]
            metric shards
            kill $pid
            wait $pid
            grep -o "XDP ([a-z, ]*)\|2 shards" "$root/server.log"
            if grep -E ' (ERR|FTL) ' "$root/server.log"; then exit 1; fi
            """).Succeeded();

        Assert.That(
            result.Output.Split('\n'), Is.EqualTo(new[] { "2", "XDP (copy mode, native)", "2 shards" }));
    }

    // 0: one for each CPU, which nobody asked for.
    [TestCase(0, "0 warnings")]
    [TestCase(3, "2 warnings")]
    public void Fewer_queues_than_shards_are_worth_a_warning_only_to_who_asked_for_the_shards(
        int shards, string expected)
    {
        Require("curl");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, Cable + $$"""
            native --address 198.18.0.2/24 --set server.shards={{shards}}
            reached
            kill $pid
            wait $pid
            echo "$(grep -c ' WRN .*queue' "$root/server.log" || true) warnings"
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo(expected));
        Assert.That(result.Log, Does.Contain("one shard"));
        Assert.That(result.Log.Contains("sw1 has 1 receive queue,"), Is.EqualTo(shards != 0));
    }

    [Test]
    public void A_service_of_the_kernel_goes_on_beside_ours_on_one_address_and_outlives_it()
    {
        Require("curl", "wrk", "python3");
        using var content = new TemporaryContent();
        content.Add("ours.bin", 200_000);
        content.Add("theirs.bin", 5_000_000);

        ScriptResult result = LabScript.Namespace(content, Cable + """
            native
            python3 -m http.server -d "$www" 8000 >"$root/python.log" 2>&1 &
            reached http://198.18.0.9
            reached http://198.18.0.9:8000
            grep -c "shared with the kernel" "$root/server.log"

            # Both under load, every answer compared.
            peer wrk -t1 -c16 -d3 http://198.18.0.9/ours.bin >wrk.txt & load=$!
            for i in {1..10}; do
              peer curl -sS --fail -o ours.bin http://198.18.0.9/ours.bin
              peer curl -sS --fail -o theirs.bin http://198.18.0.9:8000/theirs.bin
              sha256sum --quiet -c "$sums"
            done
            wait $load
            grep -q "requests in" wrk.txt
            if grep -E "Socket errors|Non-2xx" wrk.txt; then exit 1; fi
            peer ping -c 1 -W 2 198.18.0.9 >/dev/null

            # A connection of the kernel's is open while ours ends by force.
            peer curl -sS --fail --limit-rate 2M -o theirs.bin http://198.18.0.9:8000/theirs.bin & client=$!
            until [ -s theirs.bin ]; do sleep 0.05; done
            kill -KILL $pid
            wait $pid || true
            wait $client
            sha256sum --quiet -c "$sums"
            for i in {1..50}; do ip link show sw1 | grep -q xdp || break; sleep 0.1; done
            if ip link show sw1 | grep xdp; then exit 1; fi

            # Our port is the kernel's again, which has nobody there.
            peer curl -s --max-time 2 http://198.18.0.9/ours.bin && exit 1 || echo "curl $?"
            """);

        Assert.That(result.Succeeded().Output.Split('\n'), Is.EqualTo(new[] { "1", "curl 7" }));
    }

    [Test]
    public void A_shared_address_is_left_to_the_kernel_but_for_our_ports()
    {
        Require("curl", "ping");
        using var content = new TemporaryContent();
        content.Add("a.bin", 100);

        ScriptResult result = LabScript.Namespace(content, Cable + """
            native
            reached http://198.18.0.9
            peer ping -c 2 -i 0.2 -W 2 198.18.0.9 | grep -o "[0-9]* received"
            peer curl -s --max-time 2 http://198.18.0.9:4242/ || echo "curl $?"

            # A neighbour that nobody knows is asked for, and its answer reaches the server.
            peer ip address add 198.18.0.77/24 dev sw0
            peer curl -sS --fail --interface 198.18.0.77 -o a.bin http://198.18.0.9/a.bin
            sha256sum --quiet -c "$sums"
            """);

        Assert.That(result.Succeeded().Output.Split('\n'), Is.EqualTo(new[] { "2 received", "curl 7" }));
    }

    [Test]
    public void A_server_that_was_killed_starts_again_at_once()
    {
        Require("curl");
        using var content = new TemporaryContent();
        content.Add("a.bin", 1_000_000);

        LabScript.Namespace(content, Cable + """
            for i in 1 2 3; do
              native --address 198.18.0.2/24
              reached
              kill -KILL $pid
              wait $pid || true
            done
            native --address 198.18.0.2/24
            reached
            peer curl -sS --fail -o a.bin $url/a.bin
            sha256sum --quiet -c "$sums"
            kill $pid
            wait $pid
            """).Succeeded();
    }

    [Test]
    public void An_interface_that_goes_down_and_comes_up_is_served_again()
    {
        Require("curl");
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        LabScript.Namespace(content, Cable + """
            native --address 198.18.0.2/24
            reached
            peer curl -sS --fail --limit-rate 1M -o a.bin $url/a.bin & client=$!
            until [ -s a.bin ]; do sleep 0.05; done
            ip link set sw1 down
            sleep 0.5
            ip link set sw1 up
            wait $client
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [Test]
    public void A_deleted_interface_ends_the_server_with_a_readable_error()
    {
        Require("curl");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, Cable + """
            native --address 198.18.0.2/24
            reached
            ip link delete sw1
            wait $pid && exit 1 || true
            """).Succeeded();

        Assert.That(result.Log, Does.Contain("The interface sw1 is gone: it was deleted"));
    }

    [TestCase("queues=2", "", "has 2 receive queues, and the server takes 1")]
    [TestCase("", "ip link set sw1 down", "The interface sw1 is down")]
    [TestCase(
        "", "native --address 198.18.0.3/24; reached http://198.18.0.3", "XDP program on sw1 already")]
    public void What_cannot_be_is_refused_with_what_to_do(string variable, string before, string message)
    {
        Require("curl");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"{variable}\n{Cable}" + $$"""
            {{before}}
            native --address 198.18.0.2/24
            wait $pid && exit 1 || true
            """).Succeeded();

        Assert.That(result.Log, Does.Contain(message));
    }

    private static void Require(params string[] tools)
    {
        LabScript.Require([.. tools, "ip", "nsenter"]);
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("AF_XDP needs root, not of a user namespace: run the tests as root.");
        }
    }
}
