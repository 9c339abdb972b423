using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Passwords;

namespace Straightwire.Appliance.Tests.CommandLine;

public sealed class HashPasswordTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [SetUp]
    public void Clear()
    {
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Test]
    public void The_first_line_of_the_input_is_hashed()
    {
        int status = new Commands(_output, _error, new StringReader("secret\nmore\n")).Run(["hash-password"]);

        Assert.That((status, _error.ToString()), Is.EqualTo((ExitCode.Ok, "")));
        Assert.That(PasswordHash.TryParse(_output.ToString().TrimEnd('\n'), out PasswordHash? hash), Is.True);
        Assert.That(hash!.Iterations, Is.EqualTo(PasswordHash.IterationsDefault));
        Assert.That(hash.Verify("secret", 0), Is.True);
    }

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("tab\tbed\n")]
    public void What_no_client_can_send_is_no_password(string input)
    {
        int status = new Commands(_output, _error, new StringReader(input)).Run(["hash-password"]);

        Assert.That((status, _output.ToString()), Is.EqualTo((ExitCode.Usage, "")));
        Assert.That(_error.ToString(), Does.Contain("a password has 1 to 256 characters"));
    }

    [Test]
    public void A_terminal_is_asked_twice_and_both_must_agree()
    {
        var hashing = new HashPassword(_output, _error);

        Assert.That(hashing.Ask(Answers("secret", "secret")), Is.EqualTo(ExitCode.Ok));
        Assert.That(_error.ToString(), Is.EqualTo("Password: \nAgain: \n"));
        Assert.That(_output.ToString(), Does.StartWith("pbkdf2-sha256$"));
        Clear();
        Assert.That(hashing.Ask(Answers("secret", "secert")), Is.EqualTo(ExitCode.Usage));
        Assert.That(hashing.Ask(Answers(null, null)), Is.EqualTo(ExitCode.Usage));
        Assert.That(_output.ToString(), Is.Empty);
    }

    private static Func<string?> Answers(params string?[] lines)
    {
        var left = new Queue<string?>(lines);
        return left.Dequeue;
    }
}
