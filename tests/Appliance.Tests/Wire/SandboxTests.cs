using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>The real server in its sandbox, with traffic.</summary>
[TestFixture]
[Category("Wire")]
public sealed class SandboxTests
{
    // Every thread of $pid: no capability in any set, no new ones, and the filter.
    private const string Checks = """
        sealed() {
          for task in /proc/$pid/task/*; do
            [ "$(grep -cE '^Cap(Inh|Prm|Eff|Bnd|Amb):.0000000000000000$' $task/status)" = 5 ] \
              && grep -q '^NoNewPrivs:.1$' $task/status && grep -q '^Seccomp:.2$' $task/status \
              || { cat $task/comm $task/status; return 1; }
          done
          [ $(ls /proc/$pid/task | wc -l) -gt 5 ]
        }

        """;

    [Test]
    [Category("Published")]
    public void Every_thread_is_sealed_under_load_and_all_that_worked_goes_on()
    {
        LabScript.Require("curl", "ip", "wrk");
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("who is not root cannot take the bounding set from a process");
        }
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);
        File.WriteAllText(Path.Combine(content.Www, "small.txt"), "small");

        FtpLab.Namespace(content, Checks + """
            mkdir $root/logs
            serve "${users[@]}" --pcap $root/all.pcapng --log-file $root/logs/server.log \
              --set ftp.logs.xferlog=$root/logs/xferlog
            answers
            wrk -d 6 -c 16 -t 1 $url/small.txt >$root/wrk & load=$!
            sealed
            for i in 1 2 3; do
              head -c 3000000 /dev/urandom >up.bin
              get -T up.bin -u $login $ftp/sub/up.bin
              get $url/sub/up.bin | cmp - up.bin
              get -Q '-RNFR sub/up.bin' -Q '-RNTO moved.bin' -u $login $ftp/ >listing
              get $url/moved.bin | cmp - up.bin
            done
            echo new >$www/new.txt; kill -HUP $pid
            for i in {1..50}; do curl -s --fail $url/new.txt && break || sleep 0.1; done
            mv $root/logs/xferlog $root/logs/xferlog.1; kill -USR1 $pid
            until [ -e $root/logs/xferlog ]; do sleep 0.05; done
            get -u $login $ftp/moved.bin | cmp - up.bin
            until grep -q moved.bin $root/logs/xferlog; do sleep 0.05; done
            curl -sS --fail $url/large.bin -o large.bin; sha256sum --quiet -c "$sums"
            curl -sS --fail $url:9180/metrics >metrics; grep -q straightwire_ metrics
            sealed
            wait $load
            grep -q 'Requests/sec' $root/wrk && ! grep -q 'Socket errors' $root/wrk
            kill $pid; wait $pid
            [ $(stat -c %s $root/all.pcapng) -gt 1000000 ]
            grep -q 'Sandbox: Landlock, no capabilities, seccomp' $root/logs/server.log
            ! grep -E ' (WRN|ERR|FTL) ' $root/logs/server.log
            """).Succeeded();
    }

    [TestCase("packet")]
    [TestCase("xdp")]
    [Category("Published")]
    public void On_an_interface_every_thread_is_sealed_under_load_as_well(string link)
    {
        LabScript.Require("curl", "ip", "wrk");
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("who is not root can make no eBPF program, nor empty the bounding set");
        }
        using var content = new TemporaryContent();
        content.Add("small.bin", 1000);
        content.Add("large.bin", 5_000_000);

        LabScript.Namespace(content, $"link={link}\n{Checks}{VethLab.Preamble}" + """
            ip address add 198.18.0.2/24 dev sw1
            take --set server.shards=1; reached
            peer wrk -t1 -c16 -d4s $url/small.bin >wrk.txt & load=$!
            sealed
            for i in 1 2 3; do
              peer curl -sS --fail $url/large.bin -o large.bin
              peer curl -sS --fail ftp://198.18.0.2/small.bin -o small.bin
              sha256sum --quiet -c "$sums"
            done
            echo new >$www/new.txt; kill -HUP $pid
            for i in {1..50}; do peer curl -s --fail $url/new.txt && break || sleep 0.1; done
            wait $load
            grep -q 'Requests/sec' wrk.txt
            if grep 'Socket errors' wrk.txt; then exit 1; fi
            sealed
            grep -q 'Sandbox: Landlock, no capabilities, seccomp' $root/server.log
            kill $pid; wait $pid
            if grep -E ' (ERR|FTL) ' $root/server.log; then exit 1; fi
            """).Succeeded();
    }

    [Test]
    public void Without_a_sandbox_the_process_keeps_its_privileges()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, """
            serve --no-sandbox; answers
            grep -q '^Seccomp:.0$' /proc/$pid/status
            grep -q 'Sandbox: none' $root/server.log
            """).Succeeded();
    }

    [Test]
    public void Faults_end_the_start_as_they_do_without_a_sandbox()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, """
            echo 1 >"$www/1"; echo 2 >"$www/2"
            ip link add taken type veth peer name other
            try() {
              wanted=$1; word=$2; shift 2; found=0
              timeout 20 "$server" serve "$@" >said 2>&1 </dev/null || found=$?
              [ $found = $wanted ] && grep -q "$word" said || { echo "$*: $found"; cat said; return 1; }
            }
            for sandbox in true false; do
              set -- --set server.sandbox=$sandbox
              try 2 nowhere $root/nowhere "$@"
              try 2 nowhere "$www" --pcap $root/nowhere/x.pcapng "$@"
              try 2 nowhere "$www" --set ftp.logs.json=$root/nowhere/x.log "$@"
              try 3 taken "$www" --tap taken "$@"
              try 4 files "$www" --set content.files=1 "$@"
            done
            ! ip link show straightwire 2>/dev/null
            """).Succeeded();
    }
}
