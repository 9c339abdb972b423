using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Tests.Configuration;

public sealed class ConfigurationFileTests
{
    private string _path = "";

    [SetUp]
    public void Write()
    {
        _path = Path.GetTempFileName();
        File.WriteAllText(_path, """{ "http": { "port": 8080 } }""");
    }

    [TearDown]
    public void Remove() => File.Delete(_path);

    [Test]
    public void A_file_that_nobody_wrote_is_the_same() => Assert.That(Read()!.Difference(), Is.Null);

    [Test]
    public void A_file_that_was_written_wants_a_restart()
    {
        ConfigurationFile file = Read()!;
        File.WriteAllText(_path, """{ "http": { "port": 8081 }, "ftp": {} }""");

        Assert.That(file.Difference(), Does.Contain("restart"));
    }

    [Test]
    public void A_file_that_was_replaced_by_one_of_its_length_wants_a_restart()
    {
        ConfigurationFile file = Read()!;
        File.WriteAllText(_path, """{ "http": { "port": 8081 } }""");
        File.SetLastWriteTimeUtc(_path, DateTime.UtcNow.AddMinutes(1));

        Assert.That(file.Difference(), Does.Contain("restart"));
    }

    [Test]
    public void A_file_that_is_gone_is_told()
    {
        ConfigurationFile file = Read()!;
        File.Delete(_path);

        Assert.That(file.Difference(), Does.Contain("not there"));
    }

    [Test]
    public void A_configuration_without_a_file_has_none() =>
        Assert.That(ConfigurationFile.Of(ConfigurationSources.TryBuild([], null, [], out _)!), Is.Null);

    private ConfigurationFile? Read() =>
        ConfigurationFile.Of(ConfigurationSources.TryBuild([], _path, [], out _)!);
}
