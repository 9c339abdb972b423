using Straightwire.Appliance.Tests.Support;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// Fifty clients for some seconds, or for as long as TESTS_SOAK says (10m): nothing is left of them.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpSoakTests
{
    [Test]
    public void Nothing_is_left_of_fifty_clients_that_list_fetch_publish_and_break_off()
    {
        LabScript.Require("curl", "lftp", "python3");
        using var content = new TemporaryContent();
        content.Add("large.bin", 3_000_000);
        content.Add("small.bin", 3000);
        Directory.CreateDirectory(Path.Combine(content.Www, "up"));
        TimeSpan time = Duration.Parse(Environment.GetEnvironmentVariable("TESTS_SOAK") ?? "6s").Value;
        string log = Path.Combine(content.Root, "log");

        ScriptResult result = FtpLab.Serve(content, time + TimeSpan.FromMinutes(2), $$"""
            ulimit -n 4096
            python3 "$clients/soak.py" 198.18.0.2 {{time.TotalSeconds}} $pid "$www"
            grep -E ' (ERR|FTL) ' '{{log}}' && exit 1
            echo end
            """, "--log-file", log);
        TestContext.Progress.WriteLine(result.Output);

        Assert.That(result.Succeeded().Output, Does.EndWith("end"));
    }
}
