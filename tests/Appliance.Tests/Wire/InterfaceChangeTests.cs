using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// What the operator does to the interface under a running server: each change on each link, under a
/// download.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class InterfaceChangeTests
{
    /// <summary>
    /// `start` starts a server of $link on $device, `from` is a client's side, `told` waits for a line of the
    /// server's log.
    /// </summary>
    private const string Common = """
        told() {
          for i in {1..200}; do grep -q -- "$1" "$root/server.log" && return || sleep 0.05; done
          echo "never told: $1"; false
        }

        """;

    private const string OnTap = Common + """
        device=straightwire
        from() { "$@"; }
        start() { serve "$@"; answers; }

        """;

    private const string OnCable = VethLab.Preamble + Common + """
        device=sw1
        export STRAIGHTWIRE__SERVER__SHARDS=1
        from() { peer "$@"; }
        start() { take --address 198.18.0.2/24 "$@"; reached; }

        """;

    // A cable's other end, the rest of what only an interface that is there can have changed.
    private const string Down = "ip link set $device down; told 'is down'; ip link set $device up";
    private const string Smaller = "ip link set $device mtu 1300";
    private const string Renamed =
        "ip link set $device down; ip link set $device name lan7; ip link set lan7 up";
    private const string Readdressed = "ip link set $device address 02:00:00:00:00:77";
    private const string Unplugged =
        "peer ip link set sw0 down; told 'has no carrier'; peer ip link set sw0 up";

    private const string Detached = "python3 \"$clients/detach_xdp.py\" $device";

    // More notices than the socket holds, and the last one counts.
    private const string Storm = """
        for i in {1..6000}; do echo "link set dev $device mtu $((1300 + i % 2))"; done >storm
        echo "link set dev $device mtu 1400" >>storm
        ip -batch storm
        """;

    [TestCase("tap", Down, "straightwire is up again")]
    [TestCase("tap", Smaller, "MTU of straightwire is 1300 now")]
    [TestCase("tap", Renamed, "straightwire is called lan7 now")]
    [TestCase("tap", Storm, "MTU of straightwire is 1400 now")]
    [TestCase("packet", Down, "sw1 is up again")]
    [TestCase("packet", Smaller, "MTU of sw1 is 1300 now")]
    [TestCase("packet", Renamed, "sw1 is called lan7 now")]
    [TestCase("packet", Readdressed, "is 02:00:00:00:00:77 now")]
    [TestCase("packet", Unplugged, "carrier again")]
    [TestCase("packet", Storm, "MTU of sw1 is 1400 now")]
    [TestCase("xdp", Down, "sw1 is up again")]
    [TestCase("xdp", Smaller, "MTU of sw1 is 1300 now")]
    [TestCase("xdp", Renamed, "sw1 is called lan7 now")]
    [TestCase("xdp", Readdressed, "is 02:00:00:00:00:77 now")]
    [TestCase("xdp", Unplugged, "carrier again")]
    [TestCase("xdp", Storm, "MTU of sw1 is 1400 now")]
    public void A_change_is_followed_under_a_download(string link, string change, string line)
    {
        Require(link);
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        LabScript.Namespace(content, $"link={link}\n{(link == "tap" ? OnTap : OnCable)}" + $$"""
            start
            from curl -sS --fail --limit-rate 1M -o a.bin $url/a.bin & client=$!
            until [ -s a.bin ]; do sleep 0.02; done
            {{change}}
            told '{{line}}'
            wait $client
            sha256sum --quiet -c "$sums"
            rm a.bin
            from curl -sS --fail -o a.bin $url/a.bin
            sha256sum --quiet -c "$sums"
            kill $pid; wait $pid
            """).Succeeded();
    }

    [TestCase("tap", "ip link delete $device", "was deleted")]
    [TestCase("packet", "ip link delete $device", "is gone: it was deleted")]
    [TestCase("packet", "ip link set $device netns $other", "another network namespace")]
    [TestCase("packet", "ip link set $device mtu 500", "MTU of 500 now, and the server needs 576")]
    [TestCase("packet", "ip address add 198.18.0.2/32 dev lo", "given the server's address 198.18.0.2 too")]
    [TestCase("xdp", "ip link delete $device", "is gone: it was deleted")]
    [TestCase("xdp", "ip link set $device netns $other", "another network namespace")]
    [TestCase("xdp", Detached, "XDP program was taken from sw1")]
    [TestCase("xdp", "ip link set $device mtu 500", "MTU of 500 now, and the server needs 576")]
    public void What_cannot_be_followed_ends_the_server_with_a_line(string link, string change, string words)
    {
        LabScript.Require("python3");
        Require(link);
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(
            content, $"link={link}\n{(link == "tap" ? OnTap : OnCable)}" + $$"""
            start
            {{change}}
            wait $pid || echo "status $?"
            grep -c ' FTL ' "$root/server.log"
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3\n1"), result.Log);
        Assert.That(result.Log, Does.Contain(words));
    }

    // A packet socket hears all queues; an AF_XDP socket has one, and the kernel may refuse to take it away.
    [TestCase("xdp", "rx 1", "rx 2", "status 3")]
    [TestCase("xdp", "rx 2", "rx 1", "ethtool: refused|status 3")]
    [TestCase("packet", "rx 1", "rx 2", "goes on")]
    [TestCase("packet", "rx 2", "rx 1", "goes on")]
    public void A_number_of_queues_that_changes_is_no_silent_loss(
        string link, string before, string after, string outcomes)
    {
        LabScript.Require("ethtool");
        Require(link);
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        ScriptResult result = LabScript.Namespace(content, $"link={link} queues=2\n{OnCable}" + $$"""
            ethtool -L sw1 {{before}} 2>/dev/null || true
            start --set server.shards=2
            if ethtool -L sw1 {{after}} 2>refused; then
              if [ $link = packet ]; then
                for i in {1..20}; do peer curl -sS --fail --max-time 5 -o a.bin $url/a.bin; done
                echo "goes on"
              else
                wait $pid || echo "status $?"
                told "receive queue.* now, and the server has taken"
              fi
            else
              for i in {1..20}; do peer curl -sS --fail --max-time 5 -o a.bin $url/a.bin; done
              echo "ethtool: refused"
            fi
            """).Succeeded();

        Assert.That(outcomes.Split('|'), Does.Contain(result.Output), result.Log);
    }

    // The sockets do not come back with it. Nobody is connected, so that no sending finds that out.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void An_interface_that_was_away_and_is_back_ends_the_server(string link)
    {
        Require(link, needsRoot: true);
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            ip address add 198.18.0.2/24 dev sw1
            take; reached
            ip link set sw1 netns $other
            peer ip link set sw1 netns $$
            ip link set sw1 up
            ip address add 198.18.0.2/24 dev sw1
            wait $pid || echo "status $?"
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3"));
        Assert.That(result.Log, Does.Contain("another network namespace"));
    }

    // The kernel says nothing of its own address's new place, and a client would go on asking the old one.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void Clients_of_a_shared_address_are_told_of_another_mac(string link)
    {
        LabScript.Require("python3");
        Require(link, needsRoot: true);
        using var content = new TemporaryContent();
        content.Add("a.bin", 100_000);

        LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            ip address add 198.18.0.2/24 dev sw1
            take; reached
            ip link set sw1 address 02:00:00:00:00:77
            told 'is 02:00:00:00:00:77 now'
            for i in {1..100}; do
              peer ip neigh show 198.18.0.2 dev sw0 | grep -q 02:00:00:00:00:77 && break || sleep 0.02
            done
            peer ip neigh show 198.18.0.2 dev sw0 | grep 02:00:00:00:00:77
            peer curl -sS --fail -o a.bin $url/a.bin
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [Test]
    public void A_tap_that_is_moved_to_another_namespace_is_served_there()
    {
        Require("tap");
        using var content = new TemporaryContent();
        content.Add("a.bin", 100_000);

        LabScript.Namespace(content, VethLab.Preamble + OnTap + """
            ip link delete sw1
            start
            ip link set $device netns $other
            told 'another network namespace'
            peer ip address add 198.18.0.1/24 dev $device
            peer ip link set $device up
            reached
            peer curl -sS --fail -o a.bin $url/a.bin
            sha256sum --quiet -c "$sums"
            kill $pid; wait $pid
            """).Succeeded();
    }

    // The kernel flushes and gives again, as a DHCP client does; then another address takes the place.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void A_shared_address_is_followed(string link)
    {
        Require(link, needsRoot: true);
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            ip address add 198.18.0.2/24 dev sw1
            take; reached
            peer curl -sS --fail --limit-rate 1M -o a.bin $url/a.bin & client=$!
            until [ -s a.bin ]; do sleep 0.02; done
            ip address flush dev sw1
            told 'waits for one'
            ip address add 198.18.0.2/24 dev sw1
            told '198.18.0.2/24 is on sw1 again'
            wait $client
            sha256sum --quiet -c "$sums"
            rm a.bin

            ip address flush dev sw1
            ip address add 198.18.0.9/24 dev sw1
            told 'the server is at 198.18.0.9 now'
            told 'Serving http://198.18.0.9/'
            reached http://198.18.0.9
            peer curl -sS --fail -o a.bin http://198.18.0.9/a.bin
            sha256sum --quiet -c "$sums"
            peer curl -s -o /dev/null --max-time 1 $url/a.bin || echo "old: status $?"
            kill $pid; wait $pid
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("old: status 28"));
    }

    // All that is made of the address: who may ask for the metrics, what the manager and the log are told.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void What_is_derived_from_a_shared_address_follows_it(string link)
    {
        LabScript.Require("python3");
        Require(link, needsRoot: true);
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            said() {
              for i in {1..200}; do grep -q -- "$1" said && return || sleep 0.05; done
              cat said; false
            }
            peer ip address add 198.19.0.1/24 dev sw0
            ip address add 198.18.0.2/24 dev sw1
            python3 "$clients/service_manager.py" "$root/notify" 20000000 pid \
              "$server" serve "$www" --link $link --interface sw1 >said 2>>"$root/server.log" & manager=$!
            said 'READY=1 STATUS=Serving http://198.18.0.2/$'
            ip address flush dev sw1
            said '^main STATUS=No address: sw1 has none at present$'
            ip address add 198.19.0.2/24 dev sw1
            said '^main STATUS=Serving http://198.19.0.2/$'
            told 'Metrics: http://198.19.0.2:9180/metrics for 198.19.0.2/24'
            reached http://198.19.0.2
            peer curl -sS --fail --interface 198.19.0.1 http://198.19.0.2:9180/healthz
            ip route add default via 198.19.0.1
            told 'gateway through sw1 is 198.19.0.1 now'
            peer curl -s --interface 198.18.0.1 -o /dev/null http://198.19.0.2/ || [ $? = 22 ]
            peer curl -s --interface 198.18.0.1 --max-time 9 http://198.19.0.2:9180/healthz || status=$?
            [ $status = 7 ] || [ $status = 56 ] || echo "the old network: status $status"
            kill -HUP $(cat pid)
            said 'READY=1 STATUS=Serving http://198.19.0.2/$'
            kill $(cat pid); wait $manager
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("ok"));
    }

    [Test]
    public void A_second_server_that_an_address_would_bring_together_with_the_first_is_refused()
    {
        Require("packet", needsRoot: true);
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"link=packet\n{OnCable}" + """
            sysctl -qw net.ipv4.conf.all.promote_secondaries=1
            ip address add 198.18.0.2/24 dev sw1
            ip address add 198.18.0.9/24 dev sw1
            take; reached
            first=$pid
            ip address delete 198.18.0.2/24 dev sw1
            told 'the server is at 198.18.0.9 now'
            take --address 198.18.0.9/24
            wait $pid || echo "status $?"
            told "Another straightwire, process $first, has TCP 80, .* name the addresses of both"
            reached http://198.18.0.9
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3"));
    }

    [TestCase("packet")]
    [TestCase("xdp")]
    public void A_shared_address_that_is_named_ends_the_server_when_it_is_taken_away(string link)
    {
        Require(link, needsRoot: true);
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            ip address add 198.18.0.2/24 dev sw1
            start
            ip address flush dev sw1
            wait $pid || echo "status $?"
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3"));
        Assert.That(result.Log, Does.Contain("The address 198.18.0.2 was taken from sw1"));
    }

    // Whatever the moment: before the facts are read, between the two images, before the first pass.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void A_change_during_the_start_is_not_missed(string link)
    {
        Require(link);
        using var content = new TemporaryContent();

        LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            for delay in 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8; do
              : >"$root/server.log"
              ip link set sw1 mtu 1500
              take --address 198.18.0.2/24
              sleep $delay
              ip link set sw1 mtu 1400
              reached
              told 'MTU.* 1400'
              kill $pid; wait $pid
            done
            """).Succeeded();
    }

    [TestCase("packet")]
    [TestCase("xdp")]
    public void A_second_server_for_the_same_address_is_refused_and_the_first_loses_nothing(string link)
    {
        Require(link);
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            start
            first=$pid
            peer curl -sS --fail --limit-rate 1M -o a.bin $url/a.bin & client=$!
            take --address 198.18.0.2/24 --set http.port=8080
            wait $pid || echo "status $?"
            told "Another straightwire, process $first, has all ports of 198.18.0.2 on sw1"
            wait $client
            sha256sum --quiet -c "$sums"
            "$server" doctor "$www" --link $link --interface sw1 --address 198.18.0.2/24 >doctor.txt \
              || echo "doctor: status $?"
            grep -c "^fail .*Another straightwire, process $first" doctor.txt
            kill $first; wait $first
            start
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3\ndoctor: status 3\n1"));
    }

    [Test]
    public void A_second_server_has_other_ports_of_a_shared_address()
    {
        Require("packet", needsRoot: true);
        using var content = new TemporaryContent();
        content.Add("a.bin", 100_000);

        ScriptResult result = LabScript.Namespace(content, $"link=packet\n{OnCable}" + """
            ip address add 198.18.0.2/24 dev sw1
            take; reached
            take --set http.port=81
            wait $pid || echo "status $?"
            told 'has TCP 21, 50000-50999, 20, 9180 of 198.18.0.2'
            take --set http.port=81 --set ftp.enabled=false --set metrics.port=0
            for port in 80 81; do
              reached $url:$port
              peer curl -sS --fail -o a.bin $url:$port/a.bin
              sha256sum --quiet -c "$sums"
            done
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3"));
    }

    [TestCase("packet")]
    [TestCase("xdp")]
    public void An_address_that_another_host_has_is_refused_unless_nobody_is_to_be_asked(string link)
    {
        Require(link);
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{OnCable}" + """
            peer ip address add 198.18.0.2/24 dev sw0
            take --address 198.18.0.2/24
            wait $pid || echo "status $?"
            mac=$(peer ip -brief link show sw0 | awk '{ print $3 }')
            told "198.18.0.2 is held by $mac on sw1"
            peer ip address delete 198.18.0.2/24 dev sw0
            start
            kill $pid; wait $pid
            peer ip address add 198.18.0.2/24 dev sw0
            take --address 198.18.0.2/24 --set network.probe=false
            told 'Serving http'
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 3"));
    }

    private static void Require(string link, bool needsRoot = false)
    {
        LabScript.Require("curl", "ip", "nsenter");
        if ((needsRoot || link == "xdp") && !Environment.IsPrivilegedProcess)
        {
            Skip.Because("Programs in the kernel need root, not of a user namespace: run the tests as root.");
        }
    }
}
