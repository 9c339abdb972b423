using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.CommandLine.Lab;

/// <summary>The program as people run it, each in a network namespace of its own.</summary>
public sealed class LabTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "straightwire.dll");

    private string _content = "";

    [OneTimeSetUp]
    public void Probe() => LabScript.Require();

    [SetUp]
    public void MakeContent()
    {
        _content = Directory.CreateTempSubdirectory("straightwire-").FullName;
        File.WriteAllText(Path.Combine(_content, "a.txt"), "before\n");
    }

    [TearDown]
    public void RemoveContent() => Directory.Delete(_content, recursive: true);

    [TestCase("exit 0", 0)]
    [TestCase("exit 7", 7)]
    [TestCase("kill -KILL $$", 128 + 9)]
    [TestCase("yes | head -n 1 >/dev/null", 0)]
    public void Lab_ends_with_the_status_of_its_command_and_says_nothing_itself(
        string script, int expected) =>
        Assert.That(Lab(script), Is.EqualTo((expected, "", "")));

    [Test]
    public void A_command_that_does_not_exist_is_status_127()
    {
        (int status, _, string error) = Run("lab", _content, "--", "no-such-program");

        Assert.That(status, Is.EqualTo(ExitCode.NotFound));
        Assert.That(error, Is.EqualTo("straightwire: no-such-program: there is no such program\n"));
    }

    [Test]
    public void Curl_beside_the_server_prints_the_file_and_nothing_else()
    {
        RequireCurl();
        string[] curl = ["curl", "-sS", "http://198.18.0.2/a.txt"];

        Assert.That(Run(["lab", _content, "--", .. curl]), Is.EqualTo((0, "before\n", "")));
    }

    [Test]
    public void A_change_is_served_after_a_hangup_signal()
    {
        RequireCurl();
        (int status, string output, string error) = Lab($"""
            echo after >{_content}/a.txt
            curl -sS "$STRAIGHTWIRE_URL"a.txt
            kill -HUP $STRAIGHTWIRE_PID
            for i in 1 2 3 4 5 6 7 8 9; do
                sleep 0.2
                [ "$(curl -sS "$STRAIGHTWIRE_URL"a.txt)" = after ] && echo reloaded && exit
            done
            """);

        Assert.That((status, output, error), Is.EqualTo((0, "before\nreloaded\n", "")));
    }

    [Test]
    public void A_served_connection_finishes_before_a_terminated_server_ends()
    {
        RequireCurl();
        File.WriteAllBytes(Path.Combine(_content, "large"), new byte[3_000_000]);
        const string Network = "--address 198.19.0.2/24 --host-address 198.19.0.1/24";
        string server = $"dotnet {Program} {_content} --tap other {Network}";

        (int status, string output, string error) = Lab($"""
            : >{_content}/log
            {server} 2>{_content}/log &
            server=$!
            until grep -q Serving {_content}/log; do sleep 0.1; done
            curl -sS --limit-rate 2M http://198.19.0.2/large | wc -c &
            client=$!
            sleep 0.5
            kill -TERM $server
            wait $server
            echo $?
            wait $client
            """);

        Assert.That((status, error), Is.EqualTo((0, "")));
        Assert.That(output.Split('\n'), Does.Contain("3000000").And.Contain("0"));
    }

    [Test]
    public void A_link_that_cannot_be_had_is_status_3_with_a_reason()
    {
        (int status, _, string error) = Lab($"exec dotnet {Program} {_content} --log-level fatal");

        Assert.That(status, Is.EqualTo(ExitCode.Link));
        Assert.That(error, Does.Contain("straightwire"));
    }

    [Test]
    public void The_server_keeps_to_the_processors_of_its_caller_and_the_command_has_them_all()
    {
        string[] lab = ["dotnet", Program, "lab", _content, "--"];
        const string Script =
            "grep -h Cpus_allowed_list /proc/self/status /proc/$STRAIGHTWIRE_PID/task/*/status | sort -u";

        (int status, string output, _) = Tool.Run(
            "util-linux", "taskset", ["--cpu-list", "0", .. lab, "sh", "-c", Script]);

        Assert.That((status, output), Is.EqualTo((0, "Cpus_allowed_list:\t0\n")));
    }

    private static void RequireCurl() => Tool.Run("curl", "curl", "--version");

    private (int Status, string Output, string Error) Lab(string script) =>
        Run("lab", _content, "--", "sh", "-c", script);

    private static (int Status, string Output, string Error) Run(params string[] arguments) =>
        Tool.Run("dotnet-sdk-10.0", "dotnet", [Program, .. arguments]);
}
