using System.Globalization;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>The real server, in its sandbox, sees what changes in its content without a signal.</summary>
[TestFixture]
[Category("Wire")]
public sealed class WatchTests
{
    // Half a minute for what takes a tenth of a second.
    private const string Preamble = """
        seen() {
          for i in {1..1000}; do [ "$(curl -s $url/$1)" = "$2" ] && return || sleep 0.03; done
          echo "$1 is not '$2' but '$(curl -s $url/$1)'"; false
        }
        gone() {
          for i in {1..1000}; do
            [ "$(curl -s -o /dev/null -w '%{http_code}' $url/$1)" = 404 ] && return || sleep 0.03
          done
          echo "$1 is still there"; false
        }
        metric() { curl -sS --fail $url:9180/metrics | sed -n "s/^straightwire_$1 //p"; }
        untroubled() { ! grep -E ' (WRN|ERR|FTL) ' "$root/server.log"; }

        """;

    // In a tree of the directory $at, which is the content.
    private const string Changes = """
        echo 1 >$at/file; mkdir -p $at/tree $at/releases/1 $at/releases/2; echo 1 >$at/tree/file
        echo 1 >$at/releases/1/page; echo 2 >$at/releases/2/page; ln -s releases/1 $at/current
        seen file 1; seen tree/file 1; seen current/page 1
        echo 2 >$at/file; seen file 2
        echo 3 >$at/.new; mv $at/.new $at/file; seen file 3
        ln -s releases/2 $at/.link; mv -T $at/.link $at/current; seen current/page 2
        ln -sfn releases/1 $at/current; seen current/page 1
        mkdir -p $at/a/b/c && echo 1 >$at/a/b/c/d; seen a/b/c/d 1
        mkdir $at/.staged; for i in {1..1000}; do echo $i >$at/.staged/$i; done
        mv $at/tree $at/.old; mv $at/.staged $at/tree; seen tree/1000 1000; gone tree/file
        echo 1001 >$at/tree/1000; seen tree/1000 1001
        mv $at/tree $at/moved; seen moved/1 1; gone tree/1
        rm $at/file; gone file
        rm -r $at/moved $at/a; gone moved/1; gone a/b/c/d

        """;

    [TestCase(false)]
    [TestCase(true)]
    [Category("Published")]
    public void Every_kind_of_change_is_served_with_the_sandbox_on(bool inMemory)
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent(inMemory);

        LabScript.Namespace(content, Preamble + """
            at=$www; serve; answers
            """ + "\n" + Changes + """
            [ $(metric content_watch_changes_total) -gt 1000 ]
            [ $(metric content_watch_polled) = 0 ]
            grep -q 'Sandbox: Landlock' "$root/server.log"
            untroubled
            """).Succeeded();
    }

    [Test]
    public void Every_kind_of_change_is_served_of_an_overlay()
    {
        LabScript.Require("curl", "ip", "nsenter");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, Preamble + """
            unshare --mount sleep 110 & other=$!
            own=$(readlink /proc/self/ns/mnt)
            until [ "$(readlink /proc/$other/ns/mnt)" != "$own" ]; do sleep 0.02; done
            there="nsenter --mount --target $other --"
            mkdir $root/lower $root/upper $root/work; echo lower >$root/lower/lower
            $there mount -t overlay overlay "$www" \
              -o lowerdir=$root/lower,upperdir=$root/upper,workdir=$root/work || { echo none; exit 0; }
            $there "$server" serve "$www" </dev/null >>"$root/server.log" 2>&1 & pid=$!
            answers
            at=/proc/$other/root/$www
            seen lower lower
            echo upper >>$at/lower; seen lower $'lower\nupper'
            """ + "\n" + Changes + "untroubled\n").Succeeded();

        if (result.Output == "none")
        {
            Skip.Because("no overlay can be mounted here");
        }
    }

    [TestCase("ln -sfn releases/2 \"$root/current\"", "current")]
    [TestCase("ln -s releases/2 \"$root/new\" && mv -T \"$root/new\" \"$root/current\"", "current")]
    [TestCase("cd \"$root/releases\"; mv 1 ../old; mv 2 1", "releases/1")]
    [TestCase("cd \"$root/releases\"; rm -r 1; mv 2 1", "releases/1")]
    [Category("Published")]
    public void A_deploy_is_served_without_a_signal(string deploy, string served)
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, Preamble + $$"""
            for i in 1 2; do
              mkdir -p "$root/releases/$i"
              echo small $i >"$root/releases/$i/small.txt"
              (yes $i || true) | head -c 1000000 >"$root/releases/$i/large.txt"
            done
            sum2=$(md5sum <"$root/releases/2/large.txt")
            ln -s releases/1 "$root/current"
            www=$root/{{served}}
            serve
            answers
            seen small.txt 'small 1'
            {{deploy}}
            seen small.txt 'small 2'
            [ "$(curl -sS --fail $url/large.txt | md5sum)" = "$sum2" ]
            echo small 3 >"$www/small.txt"
            seen small.txt 'small 3'
            grep -q 'Sandbox: Landlock' "$root/server.log"
            """).Succeeded();
    }

    [Test]
    public void More_changes_than_the_kernel_keeps_are_all_seen()
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent(inMemory: true);

        LabScript.Namespace(content, Preamble + """
            serve; answers
            mkdir "$www/many"
            python3 - "$www/many" <<'END'
            import sys
            for i in range(60_000):
                open(f"{sys.argv[1]}/{i % 30_000}", "w").write(str(i))
            END
            seen many/29999 59999
            for i in 0 1 15000 29998; do seen many/$i $((i + 30000)); done
            [ $(metric content_files) = 30000 ]
            [ $(metric content_watch_reloads_total) -gt 0 ]
            untroubled
            rm -r "$www/many"; gone many/0; gone many/29999
            [ $(metric content_files) = 0 ]
            """).Succeeded();
    }

    [Test]
    public void What_is_uploaded_is_one_generation()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        FtpLab.Namespace(content, Preamble + """
            mkdir "$www/other"
            serve "${users[@]}"; answers
            before=$(metric content_generation) changes=$(metric content_watch_changes_total)
            echo uploaded >up; get -T up -u $login $ftp/up
            seen up uploaded
            for i in {1..1000}; do
              [ $(metric content_watch_changes_total) != $changes ] && break || sleep 0.02
            done
            echo seen >"$www/other/last"; seen other/last seen
            [ $(metric content_generation) = $((before + 2)) ]
            """).Succeeded();
    }

    [Test]
    public void Where_nothing_is_watched_everything_is_polled()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, Preamble + """
            at=$www; serve --set content.watch=false --set content.poll=200ms; answers
            """ + "\n" + Changes + """
            generation=$(metric content_generation) polls=$(metric content_watch_polls_total)
            for i in {1..1000}; do
              [ $(metric content_watch_polls_total) -gt $((polls + 3)) ] && break || sleep 0.1
            done
            [ $(metric content_watch_polls_total) -gt $((polls + 3)) ]
            [ $(metric content_generation) = $generation ]
            untroubled
            """).Succeeded();
    }

    [Test]
    public void A_watched_large_file_costs_a_request_no_system_call_for_its_state()
    {
        LabScript.Require("curl", "ip", "strace");
        using var content = new TemporaryContent();
        content.Add("large.bin", 300_000);

        ScriptResult result = LabScript.Namespace(content, """
            looks() {
              serve --set content.verify=$1; answers
              curl -sS --fail -o large.bin $url/large.bin
              strace -f -qq -e trace=statx -p $pid -o $root/trace.$1 & tracer=$!
              until grep -q '^TracerPid:.[1-9]' /proc/$pid/status; do sleep 0.02; done
              sleep 0.5
              curl -sS --fail -o 'large.#1' "$url/large.bin?[1-400]"
              for i in {1..400}; do cmp large.$i "$www/large.bin"; done
              kill -INT $tracer; wait $tracer || true
              echo "$1 $(grep -c '^[0-9]* *statx' $root/trace.$1)"
              kill $pid; wait $pid
            }
            looks request
            looks watch
            """).Succeeded();

        // Once a second of the requests, and once a second of the helper that sees that pages stay in memory.
        string[] lines = result.Output.Split('\n');
        int[] looks = [.. lines.Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];
        TestContext.Out.WriteLine(result.Output);
        Assert.That(looks[0], Is.InRange(200, 1000));
        Assert.That(looks[1], Is.LessThan(100));
    }

    [TestCase("max_inotify_watches", 2, "fs.inotify.max_user_watches=")]
    [TestCase("max_inotify_instances", 0, "fs.inotify.max_user_instances=")]
    public void What_cannot_be_watched_is_told_with_what_to_do_and_polled(
        string limit, int most, string advice)
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        // The limits are of a user namespace.
        ScriptResult result = LabScript.Run(
            content,
            ["unshare", "--user", "--map-root-user", "--net", "--"],
            Preamble + $$"""
            echo {{most}} >/proc/sys/user/{{limit}}
            ip link set lo up
            trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
            mkdir -p "$www/a/b/c"; echo 1 >"$www/a/b/c/file"
            "$server" serve "$www" --set content.poll=200ms </dev/null >>"$root/server.log" 2>&1 &
            for i in {1..300}; do curl -s -o /dev/null --max-time 1 $url/ && break || sleep 0.1; done
            seen a/b/c/file 1
            echo 22 >"$www/a/b/c/file"; seen a/b/c/file 22
            """).Succeeded();

        Assert.That(result.Log, Does.Contain(advice));
    }

    [Test]
    [Category("Published")]
    public void Under_load_no_answer_fails_or_is_of_two_versions_whatever_changes()
    {
        LabScript.Require("curl", "ip", "python3", "wrk");
        using var content = new TemporaryContent();
        content.Add("steady.bin", 1000);

        ScriptResult result = LabScript.Namespace(content, """
            serve; answers
            wrk -t1 -c8 -d22 $url/steady.bin >wrk.txt & load=$!
            python3 "$clients/watch_load.py" 198.18.0.2 "$www" 20
            wait $load
            ! grep -E 'Socket errors|Non-2xx' wrk.txt
            if grep -E ' (WRN|ERR|FTL) ' "$root/server.log"; then exit 1; fi
            """).Succeeded();

        TestContext.Out.WriteLine(result.Output);
        Assert.That(result.Output, Does.Match(@"tree/999: [1-9]\d* changes"));
    }
}
