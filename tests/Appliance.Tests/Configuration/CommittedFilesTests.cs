using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Devices;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Stack;

namespace Straightwire.Appliance.Tests.Configuration;

public sealed class CommittedFilesTests
{
    private static readonly string File = RepositoryFiles.PathOf("config/appliance.json");

    [Test]
    public void The_committed_schema_is_the_one_of_the_options()
    {
        string committed = System.IO.File.ReadAllText(RepositoryFiles.PathOf("config/appliance.schema.json"));

        Assert.That(committed, Is.EqualTo(OptionsSchema.Generate() + "\n"),
            "write it anew: straightwire --print-schema > config/appliance.schema.json");
    }

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

        IEnumerable<string> keys = Suggestions.AllKeys(typeof(ApplianceOptions), "");
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
            new ShardOptions { Mac = shard.Mac, Address = shard.Address, Gateway = shard.Gateway }));
        Assert.That(options.Http.ToHttp(), Is.EqualTo(new HttpOptions()));
        Assert.That(options.Ftp.ToFtp(), Is.EqualTo(new FtpOptions()).UsingPropertiesComparer());
        Assert.That(options.ToContent(), Is.EqualTo(new ContentOptions
        {
            Root = options.ToContent().Root,
            PackedBytesMax = MemoryDefaults.Own.PackedBytes,
            IsSandboxed = options.Server.Sandbox,
        }).UsingPropertiesComparer());
    }

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
