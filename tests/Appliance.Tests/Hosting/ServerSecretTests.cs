using System.Runtime.Versioning;
using Straightwire.Appliance.Hosting;
using Straightwire.Appliance.Options;

namespace Straightwire.Appliance.Tests.Hosting;

[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
public sealed class ServerSecretTests
{
    private string _home = null!;

    [SetUp]
    public void SetUp() => _home = Directory.CreateTempSubdirectory("straightwire-secret-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_home, recursive: true);

    [Test]
    public void A_secret_is_made_once_and_is_nobody_elses_to_read()
    {
        string directory = Path.Combine(_home, "state");
        byte[] first = Open(directory).Bytes;
        Assert.That(first, Has.Length.EqualTo(ServerSecret.Length));
        Assert.That(Open(directory).Bytes, Is.EqualTo(first));
        Assert.That(Directory.GetFiles(directory), Has.Length.EqualTo(1));
        Assert.That(
            File.GetUnixFileMode(Directory.GetFiles(directory)[0]),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Open(Path.Combine(_home, "other")).Bytes, Is.Not.EqualTo(first));
    }

    [Test]
    public void Each_label_has_a_key_of_its_own_and_the_same_one_at_every_start()
    {
        ServerSecret secret = Open(_home);
        byte[] key = secret.KeyOf("tags");
        Assert.That(key, Has.Length.EqualTo(32));
        Assert.That(secret.KeyOf("others"), Is.Not.EqualTo(key));
        Assert.That(ServerSecret.Of(secret.Bytes, null).KeyOf("tags"), Is.EqualTo(key));
        Assert.That(Open(_home).KeyOf("tags"), Is.EqualTo(key));
    }

    [Test]
    public void A_secret_of_this_start_is_another_each_time_and_is_kept_nowhere()
    {
        Assert.That(
            Open(ServerSecret.OfThisStart).Bytes, Is.Not.EqualTo(Open(ServerSecret.OfThisStart).Bytes));
        Assert.That(Open(ServerSecret.OfThisStart).Lost, Is.Null, "who asks for it is not warned");
    }

    [Test]
    public void A_directory_that_cannot_be_used_is_a_fault_that_names_it()
    {
        string file = Path.Combine(_home, "secret");
        File.WriteAllText(file, "short");
        Assert.That(() => Open(_home), Throws.InstanceOf<IOException>().With.Message.Contains(file));
        Assert.That(() => Open(file), Throws.InstanceOf<IOException>());
    }

    private static ServerSecret Open(string directory) => ServerSecret.Open(new ApplianceOptions
    {
        Server = new ServerSettings { State = directory },
    });
}
