namespace Straightwire.Appliance.Tests.Hosting;

/// <summary>config/straightwire.service, in the eyes of systemd's own tool.</summary>
[TestFixture]
public sealed class ServiceUnitTests
{
    // Tenths: what is exposed is the link's capabilities, its sockets and the host's network.
    private const string ExposureMax = "--threshold=25";
    private const string Program = "/opt/straightwire/straightwire";

    private string _directory = "";
    private string _unit = "";

    [SetUp]
    public void CopyTheUnit()
    {
        _directory = Directory.CreateTempSubdirectory("straightwire-unit-").FullName;
        _unit = Path.Combine(_directory, "straightwire.service");
        string text = File.ReadAllText(RepositoryFiles.PathOf("config/straightwire.service"));
        Assert.That(text, Does.Contain($"ExecStart={Program} "));

        // The tool wants the program to be there.
        File.WriteAllText(_unit, text.Replace(Program, "/bin/true", StringComparison.Ordinal));
    }

    [TearDown]
    public void RemoveTheUnit() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Systemd_finds_no_fault_in_the_unit()
    {
        (int status, string output, string error) = Tool.Run("systemd", "systemd-analyze", "verify", _unit);

        Assert.That(output + error, Is.Empty);
        Assert.That(status, Is.Zero);
    }

    [Test]
    public void The_unit_exposes_little()
    {
        (int status, string output, string error) = Tool.Run(
            "systemd", "systemd-analyze", "security", "--offline=true", "--no-pager", ExposureMax, _unit);

        Assert.That(status, Is.Zero, output + error);
    }
}
