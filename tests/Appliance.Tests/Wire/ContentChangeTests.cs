using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Somebody changes the content while it is being served.</summary>
[TestFixture]
[Category("Wire")]
public sealed class ContentChangeTests
{
    // Larger than what is packed, the socket's buffer and the window together, so that most of it is still to
    // be sent.
    private const int LargeBytes = 30_000_000;

    [Test]
    public void A_file_truncated_under_way_costs_only_that_connection()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        string truncated = Path.Combine(content.Www, "truncated.bin");
        content.Add("honest.bin", LargeBytes);
        File.Copy(Path.Combine(content.Www, "honest.bin"), truncated);

        ScriptResult result = LabScript.Serve(content, $$"""
            curl -sS --fail --limit-rate 10M -o honest.bin $url/honest.bin & honest=$!
            curl -s --limit-rate 10M -o truncated.bin $url/truncated.bin & victim=$!
            until [ -s truncated.bin ]; do sleep 0.05; done
            truncate -s 100000 '{{truncated}}'
            status=0; wait $victim || status=$?
            ((status != 0)) || { echo 'the truncated file came whole'; exit 1; }
            wait $honest
            sha256sum --quiet -c "$sums"
            curl -sS --fail -o honest.bin $url/honest.bin
            sha256sum --quiet -c "$sums"
            kill -0 $pid
            """).Succeeded();

        Assert.That(result.Log, Does.Contain("truncated.bin"), "the fault is logged");
    }

    [TestCase("rm \"$www/changed.bin\"")]
    [TestCase("cp /etc/hostname \"$www/new\" && mv \"$www/new\" \"$www/changed.bin\"")]
    public void A_file_deleted_or_replaced_under_way_goes_on_to_its_end(string change)
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("changed.bin", LargeBytes);

        LabScript.Serve(content, $$"""
            curl -sS --fail --limit-rate 20M -o changed.bin $url/changed.bin & client=$!
            until [ -s changed.bin ]; do sleep 0.05; done
            {{change}}
            kill -HUP $pid
            wait $client
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [TestCase("ln -sfn releases/2 \"$root/current\"", "current")]
    [TestCase("ln -s releases/2 \"$root/new\" && mv -T \"$root/new\" \"$root/current\"", "current")]
    [TestCase("cd \"$root/releases\"; mv 1 ../old; mv 2 1", "releases/1")]
    [Category("Published")]
    public void A_deploy_is_served_after_a_reload_with_the_sandbox_on(string deploy, string served)
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, $$"""
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
            [ "$(curl -sS --fail $url/small.txt)" = 'small 1' ]
            [ "$(curl -sS --fail $url/large.txt | md5sum)" = "$(md5sum <"$root/releases/1/large.txt")" ]
            {{deploy}}
            kill -HUP $pid
            for i in {1..100}; do [ "$(curl -s $url/small.txt)" = 'small 2' ] && break || sleep 0.05; done
            [ "$(curl -sS --fail $url/small.txt)" = 'small 2' ]
            [ "$(curl -sS --fail $url/large.txt | md5sum)" = "$sum2" ]
            grep -q 'Sandbox: Landlock' "$root/server.log"
            ! grep -E ' (WRN|ERR|FTL) ' "$root/server.log"
            """).Succeeded();
    }

    [Test]
    public void A_deploy_that_a_rule_forbids_keeps_the_old_content_and_names_the_key()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, """
            mkdir -p "$root/elsewhere/2"; echo 1 >"$www/a.txt"; echo 2 >"$root/elsewhere/2/a.txt"
            ln -s "$www" "$root/current"; www=$root/current
            serve --set server.sandboxParent=false
            answers
            ln -sfn elsewhere/2 "$root/current"
            kill -HUP $pid
            until grep -q 'not reloaded' "$root/server.log"; do sleep 0.05; done
            curl -sS --fail $url/a.txt
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("1"));
        Assert.That(result.Log, Does.Contain("server.sandboxRead"));
    }

    [Test]
    public void A_file_that_changes_under_way_is_told_of_and_never_sent_in_two_states()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("changed.bin", LargeBytes);

        ScriptResult result = LabScript.Serve(content, """
            tag() { curl -sSI $url/changed.bin | tr -d '\r' | sed -n 's/^ETag: //p'; }
            old=$(tag)
            curl -s --limit-rate 10M -o part.bin $url/changed.bin & client=$!
            until [ -s part.bin ]; do sleep 0.05; done
            head -c 30000000 /dev/urandom >other.bin
            touch -r "$www/changed.bin" stamp; cat other.bin >"$www/changed.bin"
            touch -r stamp "$www/changed.bin"
            status=0; wait $client || status=$?
            ((status != 0)) || { echo 'a body of two states came whole'; exit 1; }
            [ "$(tag)" != "$old" ]
            curl -sS --fail -C - -H "If-Range: $old" -o part.bin $url/changed.bin || true
            curl -sS --fail -H "If-None-Match: $old" -o new.bin $url/changed.bin
            cmp new.bin other.bin
            curl -sS --fail ftp://198.18.0.2/changed.bin | cmp - other.bin
            truncate -s 1000000 "$www/changed.bin"
            curl -sS --fail ftp://198.18.0.2/ | grep -q ' 1000000 '
            truncate -s 1000001 "$www/changed.bin"
            curl -sS --fail -X MLSD ftp://198.18.0.2/ | grep -qi 'size=1000001;'
            truncate -s 1000000 "$www/changed.bin"
            [ "$(curl -sS --fail ftp://198.18.0.2/changed.bin | wc -c)" = 1000000 ]
            for i in 1 2 3; do [ "$(curl -sS --fail $url/changed.bin | wc -c)" = 1000000 ]; done
            """).Succeeded();

        Assert.That(result.Log, Does.Contain("changed.bin changed while it was sent"));
    }

    [Test]
    public void Two_hosts_with_copies_of_a_tree_tell_equal_tags_when_these_are_digests()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("large.bin", 5_000_000);

        LabScript.Namespace(content, """
            tag() { curl -sSI "$url/large.bin" | tr -d '\r' | sed -n 's/^ETag: //p'; }
            known() { for i in {1..200}; do [ -n "$(tag)" ] && return || sleep 0.05; done; }
            serve --set content.tags=digest
            answers; known; first=$(tag)
            kill $pid; wait $pid || true
            cp -a "$www" "$root/copy"; www=$root/copy
            serve --set content.tags=digest
            answers; known
            [ -n "$first" ] && [ "$(tag)" = "$first" ]
            printf x | dd of="$www/large.bin" conv=notrunc status=none
            status() { curl -s -o /dev/null -w '%{http_code}' "$@" "$url/large.bin"; }
            [ "$(status -H "If-None-Match: $first")" = 200 ]
            [ "$(status -r 10-20 -H "If-Range: $first")" = 200 ]
            known
            [ "$(tag)" != "$first" ]
            """).Succeeded();
    }

    [Test]
    [Category("Published")]
    public void A_reload_shows_what_changed_on_the_disk()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("changed.txt", 10);
        content.Add("removed.txt", 10);

        ScriptResult result = LabScript.Serve(content, """
            echo new >"$www/added.txt"
            echo other >"$www/changed.txt"
            rm "$www/removed.txt"
            kill -HUP $pid
            for i in {1..100}; do curl -s --fail -o /dev/null $url/added.txt && break || sleep 0.05; done
            curl -sS --fail $url/added.txt $url/changed.txt
            curl -s -o /dev/null -w '%{http_code}\n' $url/removed.txt
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("new\nother\n404"));
    }
}
