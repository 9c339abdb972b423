using Straightwire.Appliance.Tests.Attacks;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// Strangers who mean harm, beside twenty honest clients (tests/README.md has the table). On a TAP with one
/// shard, where shares and tables are least; with TESTS_RUN=all on every link, and with two.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class StrangerTests
{
    // Code that is compiled once does not grow between the runs that compare memory.
    private const string Compiled = "DOTNET_TieredCompilation=0";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const string Attack = """
        for i in {101..120}; do $on ip address add 198.18.0.$i/24 dev $device; done
        ulimit -n $(ulimit -Hn)
        $on "$client" attack $attack $device $pid

        """;

    private static bool All => Environment.GetEnvironmentVariable("TESTS_RUN") == "all";

    private static IEnumerable<TestCaseData> Cases() =>
        from name in AttackProgram.Attacks.Keys
        where All || name != "zero-windows"
        from place in All ? [("tap", 1), ("tap", 2), ("packet", 1), ("xdp", 1)] : new[] { ("tap", 1) }
        select new TestCaseData(name, place.Item1, place.Item2);

    [TestCaseSource(nameof(Cases))]
    public void Honest_clients_are_served_throughout(string attack, string link, int shards)
    {
        LabScript.Require("ip");
        using var content = new TemporaryContent();
        content.Add("small.txt", 100);
        content.Add("large.bin", 5_000_000);
        Directory.CreateDirectory(Path.Combine(content.Www, "dir"));
        File.WriteAllText(Path.Combine(content.Www, "dir", "index.html"), "<p>");

        string settings = $"attack={attack} device={(link == "tap" ? "straightwire" : "sw0")} ";
        ScriptResult result = link == "tap"
            ? LabScript.Run(
                content,
                [
                    "env", Compiled, LabScript.Server, "lab", content.Www,
                    "--set", $"server.shards={shards}", "--",
                ],
                settings + "on=\npid=$STRAIGHTWIRE_PID\n" + Attack,
                Limit)
            : LabScript.Namespace(content, "life=300\n" + VethLab.Preamble + $$"""
                export {{Compiled}}
                serve --link {{link}} --set server.shards={{shards}} --interface sw1 \
                  --address 198.18.0.2/24 --gateway 198.18.0.1
                reached

                """ + settings + "on=peer\n" + Attack, Limit);

        result.Succeeded();
        Assert.That(result.Log, Does.Not.Contain("xception"), result.Output);
    }
}
