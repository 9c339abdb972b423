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

    [Test]
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
