using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Load generators see no error, and crowds do not shut out anybody.</summary>
[TestFixture]
[Category("Wire")]
public sealed class LoadTests
{
    [Test]
    public void Wrk_sees_no_error()
    {
        LabScript.Require("wrk");
        using var content = new TemporaryContent();
        content.Add("1k.bin", 1024);
        content.Add("100k.bin", 102_400);

        ScriptResult result = LabScript.Serve(content, """
            wrk -t1 -c64 -d2s $url/1k.bin
            wrk -t1 -c8 -d1s $url/100k.bin
            """).Succeeded();

        Assert.That(result.Output, Does.Match("[1-9][0-9]* requests in(?s:.)*[1-9][0-9]* requests in"));
        Assert.That(result.Output, Does.Not.Match("Socket errors|Non-2xx"));
    }

    [TestCase("")]
    [TestCase("-k")]
    public void Ab_sees_no_error_with_and_without_keep_alive(string option)
    {
        LabScript.Require("ab");
        using var content = new TemporaryContent();
        content.Add("1k.bin", 1024);

        ScriptResult result = LabScript.Serve(content, $"ab -q {option} -n 10000 -c 32 $url/1k.bin")
            .Succeeded();

        Assert.That(result.Output, Does.Match("Complete requests: +10000"));
        Assert.That(result.Output, Does.Match("Failed requests: +0"));
        Assert.That(result.Output, Does.Not.Contain("Non-2xx"));
    }

    [Test]
    public void Ten_thousand_held_connections_stay_usable_and_leave_room_for_an_honest_client()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("small.txt", 100);
        string other = Directory.CreateDirectory(Path.Combine(content.Root, "held")).FullName;
        File.Copy(Path.Combine(content.Www, "small.txt"), Path.Combine(other, "small.txt"));
        content.Add("large.bin", 5_000_000);

        LabScript.Serve(content, $$"""
            ulimit -n $(ulimit -Hn)
            "$client" hold 198.18.0.2:80 '{{other}}' 10000 ready release & holder=$!
            until [ -e ready ]; do kill -0 $holder; sleep 0.1; done
            curl -sS --fail -K '{{content.CurlConfiguration(LabScript.Url)}}'
            sha256sum --quiet -c "$sums"
            touch release
            wait $holder
            """).Succeeded();
    }
}
