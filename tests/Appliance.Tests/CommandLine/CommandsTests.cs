using System.Text.Json.Nodes;
using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Tests.Text;

namespace Straightwire.Appliance.Tests.CommandLine;

public sealed class CommandsTests
{
    private static readonly string Content = RepositoryFiles.PathOf("content");

    [TestCase("--validate")]
    [TestCase("serve", "--validate")]
    [TestCase("lab", "--validate", "--", "curl", "--validate", "--no-such-option")]
    public void A_right_command_line_validates(params string[] args)
    {
        string[] withContent = [.. args[..1], "--set", "content.directory=" + Content, .. args[1..]];

        (int status, string output, string error) = Run(withContent);

        Assert.That((status, output, error), Is.EqualTo((ExitCode.Ok, "ok\n", "")));
    }

    [TestCase("unknown option --prot; did you mean \"--port\"?", "--prot=80")]
    [TestCase("unknown option --prot; did you mean \"--port\"?", "serve", "--prot", "80")]
    [TestCase("srve is no command and no directory that is here; did you mean \"serve\"?", "srve")]
    [TestCase("srve is no command and no directory that is here; did you mean \"serve\"?", "srve", "www")]
    [TestCase("unknown option --prot; did you mean \"--port\"?", "www", "--prot", "80")]
    [TestCase("unknown option -p", "-p", "80")]
    [TestCase("--config: it is empty", "--config", "")]
    [TestCase("command line: /content/directory: it is empty", "serve", "")]
    [TestCase("command line: /http/port: 'eighty' is no whole number in range", "--port", "eighty")]
    [TestCase("command line: /tcp/rtoMin: 0 is outside 1ms to 10s", "--set", "tcp.rtoMin=0")]
    [TestCase("--set tcp: KEY=VALUE is expected", "--set", "tcp")]
    [TestCase("/no/such/file.json: there is no such file", "--config", "/no/such/file.json")]
    [TestCase("only lab takes a command", "serve", "--", "curl")]
    public void A_wrong_command_line_is_status_2_and_says_why(string reason, params string[] args)
    {
        (int status, string output, string error) = Run([.. args]);

        Assert.That(status, Is.EqualTo(ExitCode.Usage));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("straightwire: ").And.Contain(reason));
        Assert.That(error.IndexOf(reason, StringComparison.Ordinal), Is.LessThan(20), "it comes first");
    }

    [Test]
    public void A_variable_with_one_underscore_is_warned_of_and_what_lab_sets_is_not()
    {
        Environment.SetEnvironmentVariable("STRAIGHTWIRE_HTTP_PORT", "81");
        Environment.SetEnvironmentVariable("STRAIGHTWIRE_URL", "http://198.18.0.2/");
        try
        {
            (int status, _, string error) = Run([Content, "--validate"]);

            Assert.That(status, Is.EqualTo(ExitCode.Ok));
            Assert.That(error, Does.Contain("STRAIGHTWIRE_HTTP_PORT is not read")
                .And.Contain("STRAIGHTWIRE__HTTP__PORT").And.Not.Contain("STRAIGHTWIRE_URL"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("STRAIGHTWIRE_HTTP_PORT", null);
            Environment.SetEnvironmentVariable("STRAIGHTWIRE_URL", null);
        }
    }

    [Test]
    public void A_directory_of_the_sandbox_that_is_not_there_is_warned_of()
    {
        (int status, _, string error) =
            Run([Content, "--validate", "--set", "server.sandboxRead.0=/nowhere"]);

        Assert.That(status, Is.EqualTo(ExitCode.Ok));
        Assert.That(error, Does.Contain("there is no /nowhere"));
    }

    [TestCase("--\u001b[2J")]
    [TestCase("serve", "--set", "\u001b]0;x\u0007\n")]
    [TestCase("--set", "tcp.\u202e\u009b=1")]
    [TestCase("--config", "/no/\u001b[31m\n/file")]
    [TestCase("serve", "--", "\u001b[2J\n")]
    public void A_fault_is_one_line_whatever_was_given(params string[] args)
    {
        string error = Run([.. args]).Error;

        Assert.That(PrintableTextTests.Raw(error), Is.Empty);
        Assert.That(
            error.TrimEnd('\n').Split('\n'),
            Is.All.StartsWith("straightwire: ").Or.StartsWith("Try 'straightwire --help'"));
    }

    [Test]
    public void The_printed_configuration_is_the_one_in_force()
    {
        (int status, string output, _) = Run(
            [
                Content, "--print-config",
                "--address", "198.19.0.2/16", "--host-address", "198.19.0.1/16", "--port", "8080",
            ]);

        JsonNode printed = JsonNode.Parse(output)!;
        Assert.That(status, Is.EqualTo(ExitCode.Ok));
        Assert.That((string?)printed["network"]!["address"], Is.EqualTo("198.19.0.2/16"));
        Assert.That((int?)printed["http"]!["port"], Is.EqualTo(8080));
        Assert.That((string?)printed["content"]!["directory"], Is.EqualTo(Content));
        Assert.That((string?)printed["log"]!["level"], Is.EqualTo("information"));
    }

    [Test]
    public void Lab_is_quiet_unless_asked()
    {
        string[] quiet = ["lab", Content, "--print-config"];
        string[] asked = [.. quiet, "--log-level", "debug"];

        Assert.That(Run(quiet).Output, Does.Contain("\"level\": \"warning\""));
        Assert.That(Run(asked).Output, Does.Contain("\"level\": \"debug\""));
    }

    private static (int Status, string Output, string Error) Run(string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        return (new Commands(output, error).Run(args), output.ToString(), error.ToString());
    }
}
