using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Services.Ftp;

public sealed class FtpSettingsTests
{
    private const string Hash =
        "pbkdf2-sha256$100000$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private string _directory = "";

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("straightwire-").FullName;
        Directory.CreateDirectory(Path.Combine(_directory, "www", "pub", "incoming"));
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Users_reach_the_service_with_their_roots_and_rights()
    {
        FtpOptions options = FtpMapping.ToFtp(Read($$"""
            { "ftp": { "anonymousRoot": "/pub", "masqueradeAddress": "203.0.113.9", "users": [
              { "name": "guest" },
              { "name": "editor", "passwordHash": "{{Hash}}", "root": "/pub/incoming",
                "rights": ["read", "write", "makeDirectories"], "fileBytes": 1000, "quotaBytes": 5000 },
              { "name": "locked", "rights": [] }
            ] } }
            """).Ftp);

        Assert.That(options.AnonymousDirectory, Is.EqualTo("/pub/"));
        Assert.That(options.PassiveAddress, Is.EqualTo((IpAddress)new Ipv4Address(0xCB00_7109)));
        Assert.That(options.Users, Is.EqualTo(new FtpUser[]
        {
            new() { Owner = new ContentOwner("guest") },
            new()
            {
                Owner = new ContentOwner("editor", "/pub/incoming/", 1000, 5000),
                PasswordHash = Hash,
                Rights = FtpRights.Read | FtpRights.Write | FtpRights.MakeDirectories,
            },
            new() { Owner = new ContentOwner("locked"), Rights = FtpRights.None },
        }));
    }

    [Test]
    public void Faults_of_lists_are_told_with_the_places_of_their_elements()
    {
        string[] faults = FaultsOf("""
            {
              "ftp": {
                "users": [
                  { "name": "a", "rights": ["read", "wirte"], "pasword": "x" },
                  { "name": "ftp", "passwordHash": "secret", "root": "pub" },
                  "c",
                  { "name": " d", "rights": "read", "root": "/../etc" },
                ],
                "passivePorts": "3000-2000",
                "directoryMessage": ".message",
              },
              "metrics": { "allow": ["198.18.0.0/24", "everyone", null] },
            }
            """);

        Assert.That(faults, Is.EquivalentTo(new[]
        {
            "appliance.json: /ftp/users/0/rights/1: 'wirte' is none of read, list, write, delete, rename,"
                + " makeDirectories; did you mean \"write\"?",
            "appliance.json: /ftp/users/0/pasword: unknown key",
            "appliance.json: /ftp/users/1/name: ftp is the anonymous user's name;"
                + " see anonymous and anonymousRoot",
            "appliance.json: /ftp/users/1/passwordHash: it is no password's hash;"
                + " 'straightwire hash-password' makes one",
            "appliance.json: /ftp/users/1/root: 'pub' is no directory's path from the content's root,"
                + " like /pub/",
            "appliance.json: /ftp/users/2: 'c' is no object with keys of its own",
            "appliance.json: /ftp/users/3/name: a name has 1 to 64 characters, no control characters,"
                + " and no blank at its ends",
            "appliance.json: /ftp/users/3/rights: 'read' stands where an array is expected",
            "appliance.json: /ftp/users/3/root: '/../etc' is no directory's path from the content's root,"
                + " like /pub/",
            "appliance.json: /ftp/passivePorts: '3000-2000' is no range of ports from 1024 to 65535,"
                + " like 50000-50999",
            "appliance.json: /ftp/directoryMessage: '.message' is no name of a file that the content"
                + " can have",
            "appliance.json: /metrics/allow/1: 'everyone' is no IPv4 address with a prefix length,"
                + " like 198.18.0.2/24",
            "appliance.json: /metrics/allow/2: null is no value for it",
        }));
    }

    [Test]
    public void Users_that_contradict_each_other_or_the_content_are_faults()
    {
        string[] faults = FaultsOf("""
            { "ftp": { "anonymousRoot": "/nowhere/", "users": [
              { "name": "Anna" },
              { "name": "anna", "root": "/pub/none", "rights": ["read", "read"] },
              { "rights": ["read", "delete"] }
            ] } }
            """);

        Assert.That(faults, Is.EquivalentTo(new[]
        {
            "appliance.json: /ftp/anonymousRoot: the content has no directory '/nowhere/'",
            "appliance.json: /ftp/users/1/name: anna is the name of ftp/users/0 too",
            "appliance.json: /ftp/users/1/root: the content has no directory '/pub/none'",
            "appliance.json: /ftp/users/1/rights: a right is named twice",
            "appliance.json: /ftp/users/2: a user needs a name",
            "appliance.json: /ftp/users/2/rights: a user that may change something needs a passwordHash:"
                + " 'straightwire hash-password' makes one",
        }));
    }

    [TestCase("ftp:port", "80", "command line: /ftp/port: 80 is http/port too")]
    [TestCase("http:port", "9180", "defaults: /metrics/port: 9180 is http/port too")]
    [TestCase("metrics:port", "50500", "defaults: /ftp/passivePorts: 50500, which is metrics/port, is in 5")]
    [TestCase("ftp:passivePorts", "2000-65535", "command line: /ftp/passivePorts: 9180, which is metrics/")]
    [TestCase("ftp:passivePorts", "20-3000", "command line: /ftp/passivePorts: '20-3000' is no range")]
    [TestCase("ftp:users", "anna", "command line: /ftp/users: 'anna' stands where an array is expected")]
    [TestCase("ftp:users:1:name", "anna", "command line: /ftp/users/1: no element of an array")]
    [TestCase("ftp:lineBytes", "600", "command line: /ftp/lineBytes: less than ftp/commandBytes")]
    public void Values_that_cannot_be_are_faults_that_say_why(string key, string value, string expected)
    {
        string[] faults = FaultsOf("{}", new() { [key] = value });

        Assert.That(faults, Has.Length.EqualTo(1));
        Assert.That(faults[0], Does.StartWith(expected));
    }

    [TestCase("""{ "ftp": { "users": null } }""", "/ftp/users: null stands where an array is expected")]
    [TestCase("""{ "ftp": { "users": [null] } }""", "/ftp/users/0: a user needs a name")]
    public void Null_is_no_list_and_no_user(string json, string expected)
    {
        string[] faults = FaultsOf(json);

        Assert.That(faults, Is.EqualTo(new[] { "appliance.json: " + expected }));
    }

    [Test]
    public void Ports_of_a_service_that_is_off_are_free()
    {
        ApplianceOptions options = Read("""
            { "http": { "port": 21 }, "ftp": { "enabled": false }, "metrics": { "port": 0 } }
            """);

        Assert.That(options.Http.Port, Is.EqualTo(21));
    }

    [Test]
    public void The_users_text_says_who_may_log_in()
    {
        FtpUserSettings reader = new() { Name = "reader" };
        FtpUserSettings writer = new() { Name = "writer", Rights = [FtpRight.Write] };

        Assert.That(new FtpSettings().UsersText(), Is.EqualTo("anonymous, read only"));
        Assert.That(
            new FtpSettings { Users = [reader] }.UsersText(), Is.EqualTo("anonymous, read only; 1 user"));
        Assert.That(
            new FtpSettings { Anonymous = false, Users = [reader, writer] }.UsersText(),
            Is.EqualTo("2 users, 1 with rights to change files"));
        Assert.That(
            new FtpSettings { Anonymous = false }.UsersText(), Is.EqualTo("nobody may log in"));
    }

    private ApplianceOptions Read(string json)
    {
        ApplianceOptions? options = OptionsReader.TryRead(Build(json, []), out var faults);
        Assert.That(options, Is.Not.Null, string.Join('\n', faults));
        return options!;
    }

    private string[] FaultsOf(string json, Dictionary<string, string?>? overrides = null)
    {
        Assert.That(OptionsReader.TryRead(Build(json, overrides ?? []), out var faults), Is.Null);
        return [.. faults.Select(fault => (fault with { Place = null }).ToString())];
    }

    private IConfigurationRoot Build(string json, Dictionary<string, string?> overrides)
    {
        string file = Path.Combine(_directory, "appliance.json");
        File.WriteAllText(file, json);
        overrides["content:directory"] = Path.Combine(_directory, "www");
        return ConfigurationSources.TryBuild([], file, overrides, out _)!;
    }
}
