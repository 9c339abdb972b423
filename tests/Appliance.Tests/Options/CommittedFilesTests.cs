using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Appliance.Services.Http;
using Straightwire.Devices.Network;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Tests.Options;

public sealed partial class CommittedFilesTests
{
    private const string Anew = "write both anew, as config/README.md says";

    private static readonly string File = RepositoryFiles.PathOf("config/appliance.json");

    [Test]
    public void The_committed_schema_is_the_one_of_the_options()
    {
        string committed = System.IO.File.ReadAllText(RepositoryFiles.PathOf("config/appliance.schema.json"));

        Assert.That(committed, Is.EqualTo(OptionsSchema.Generate() + "\n"), Anew);
    }

    [Test]
    public void The_committed_configuration_is_made_of_the_options() => Assert.That(
        System.IO.File.ReadAllText(File), Is.EqualTo(OptionsSchema.WriteDefaults() + "\n"), Anew);

    [Test]
    public void The_committed_configuration_is_the_defaults()
    {
        string directory = RepositoryFiles.PathOf("content");
        Dictionary<string, string?> content = new() { ["content:directory"] = directory };
        IConfigurationRoot configuration = ConfigurationSources.TryBuild([], File, content, out _)!;

        ApplianceOptions? read = OptionsReader.TryRead(configuration, out var faults);

        Assert.That(faults, Is.Empty);
        var defaults = new ApplianceOptions();
        Assert.That(OptionsSchema.Write(read!), Is.EqualTo(OptionsSchema.Write(defaults with
        {
            Content = defaults.Content with { Directory = directory },
        })));
    }

    [Test]
    public void The_committed_configuration_has_every_key()
    {
        var reading = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        JsonNode configuration = JsonNode.Parse(System.IO.File.ReadAllText(File), documentOptions: reading)!;

        IEnumerable<string> keys = OptionsReader.Tree.AllKeys();
        Assert.That(KeysOf(configuration, ""), Is.EquivalentTo(keys));
    }

    [Test]
    public void The_defaults_are_those_of_the_layers_that_they_configure()
    {
        var options = new ApplianceOptions();
        ShardOptions shard = options.ToShard(new LinkGrant
        {
            Kind = LinkKind.Tap,
            Interface = "tap0",
            Mtu = 1500,
            Mac = default,
            Address = options.ToTapAddress(),
            Queues = [],
        });

        Assert.That(shard, Is.EqualTo(
            new ShardOptions
            {
                Mac = shard.Mac,
                Address = shard.Address,
                Gateway = shard.Gateway,
                Frames = new() { PoolFrames = MemoryDefaults.Own.PoolFrames },
                Tcp = new TcpLimits { ReceiveBuffers = MemoryDefaults.Own.ReceiveBuffers }.Settled(),
            }));
        Assert.That(
            new HttpPlan(options.Http, options.ToPlanContext()).Options, Is.EqualTo(new HttpSettings()));
        Assert.That(FtpMapping.ToFtp(options.Ftp), Is.EqualTo(new FtpOptions()).UsingPropertiesComparer());
        Assert.That(options.ToContent(), Is.EqualTo(new ContentOptions
        {
            Directory = options.ToContent().Directory,
            PackedBytes = MemoryDefaults.Own.PackedBytes,
            IsSandboxed = options.Server.Sandbox,
        }).UsingPropertiesComparer());
    }

    [TestCaseSource(nameof(Examples))]
    public void An_example_of_the_readme_can_be_used(string example)
    {
        string root = Directory.CreateTempSubdirectory("straightwire-").FullName;
        try
        {
            string[] directories = ["srv/mirror", "srv/www/pub/incoming", "var/log/straightwire"];
            Array.ForEach(directories, name => Directory.CreateDirectory(Path.Combine(root, name)));
            string file = Path.Combine(root, "appliance.json");
            System.IO.File.WriteAllText(
                file,
                example.Replace("\"/srv/", $"\"{root}/srv/").Replace("\"/var/", $"\"{root}/var/"));
            Dictionary<string, string?> content = example.Contains("\"directory\"", StringComparison.Ordinal)
                ? []
                : new() { ["content:directory"] = root };
            IConfigurationRoot? built = ConfigurationSources.TryBuild([], file, content, out var fault);
            Assert.That(built, Is.Not.Null, fault?.ToString());

            ApplianceOptions? read = OptionsReader.TryRead(built!, out var faults);

            Assert.That(faults, Is.Empty);
            Assert.That(read, Is.Not.Null);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static IEnumerable<TestCaseData> Examples() => JsonBlock()
        .Matches(System.IO.File.ReadAllText(RepositoryFiles.PathOf("config/README.md")))
        .Select((match, i) => new TestCaseData(match.Groups[1].Value).SetArgDisplayNames($"example {i + 1}"));

    [GeneratedRegex("^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    private static IEnumerable<string> KeysOf(JsonNode node, string prefix)
    {
        foreach ((string key, JsonNode? value) in node.AsObject().Where(pair => pair.Key != "$schema"))
        {
            yield return prefix + "/" + key;
            if (value is JsonObject)
            {
                foreach (string below in KeysOf(value, prefix + "/" + key))
                {
                    yield return below;
                }
            }
        }
    }
}
