using Straightwire.Appliance.Content;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;

namespace Straightwire.Appliance.Tests.Sandbox;

[Platform("Linux")]
public sealed class DeployDirectoriesTests
{
    private string _home = null!;

    [SetUp]
    public void SetUp()
    {
        _home = Directory.CreateTempSubdirectory("straightwire-deploy-").FullName;
        Directory.CreateDirectory(At("releases/1"));
        Directory.CreateDirectory(At("names"));
        File.CreateSymbolicLink(At("names/current"), "../releases/1");
        File.CreateSymbolicLink(At("chain"), "names/current");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_home, recursive: true);

    [TestCase("releases/1", "releases")]
    [TestCase("names/current", "names", "releases")]
    [TestCase("chain", "", "names", "releases")]
    public void What_can_take_the_contents_place_may_be_read(string root, params string[] directories) =>
        Assert.That(
            DeployDirectories.Of(Options(At(root))),
            Is.EqualTo(directories.Select(name => Path.TrimEndingDirectorySeparator(At(name)))));

    [TestCase("/", false)]
    [TestCase("/etc", false)]
    [TestCase("/home", false)]
    [TestCase("/root", false)]
    [TestCase("/tmp", false)]
    [TestCase("/usr", false)]
    [TestCase("/var", false)]
    [TestCase("/var/www", true)]
    [TestCase("/srv", true)]
    public void Other_peoples_and_the_systems_directories_are_not_read_unasked(string directory, bool may) =>
        Assert.That(DeployDirectories.MayRead(directory), Is.EqualTo(may));

    [Test]
    public void A_home_is_not_read_unasked_and_a_directory_in_it_is()
    {
        string home = Path.Combine("/home", "somebody");
        Assert.That(DeployDirectories.MayRead(home), Is.False);
        Assert.That(DeployDirectories.MayRead(Path.Combine(home, "site")), Is.True);
    }

    [Test]
    public void A_deploy_that_is_not_seen_is_told_with_what_to_do()
    {
        Assert.That(DeployDirectories.Advice(Options(At("releases/1"))), Is.Null);
        Assert.That(DeployDirectories.Advice(Options(_home)), Does.Contain("server.sandboxRead")
            .And.Contain(Path.GetDirectoryName(_home)));
        Assert.That(DeployDirectories.Of(Options(_home)), Is.Empty, "in the directory of temporary files");
        Assert.That(DeployDirectories.Of(Options(_home, true)), Has.Member(Path.GetDirectoryName(_home)));
        Assert.That(DeployDirectories.Of(Options(At("releases/1"), false)), Is.Empty);
        Assert.That(
            DeployDirectories.Advice(Options(At("releases/1"), false)), Does.Contain("server.sandboxRead"));
    }

    private static ApplianceOptions Options(string root, bool? parent = null) => new()
    {
        Content = new ContentOptions { Directory = root },
        Server = new ServerSettings { SandboxParent = parent },
    };

    private string At(string path) => Path.GetFullPath(Path.Combine(_home, path));
}
