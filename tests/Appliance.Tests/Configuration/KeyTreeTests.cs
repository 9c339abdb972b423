using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Configuration;

/// <summary>The keys of a program that is none of ours.</summary>
public sealed class KeyTreeTests
{
    private static readonly KeyTree Tree = new(
        GardenJson.Default.Options, new Garden(), [new Tree()], ("tools", "What others read."));

    [Test]
    public void What_is_not_configured_has_its_default_in_elements_of_lists_too()
    {
        Garden garden = Read(new()
        {
            ["TREES:0:name"] = "oak",
            ["trees:1:height"] = "30",
            ["pond:depth"] = "7",
            ["tools:spade"] = "x",
        });

        Assert.Multiple(() =>
        {
            Assert.That(garden.Pond, Is.EqualTo(new Pond { Depth = 7 }));
            Assert.That(garden.Pond.Fish, Is.EqualTo(3), "no key, and not lost");
            Assert.That(garden.Rest, Is.EqualTo(Duration.Parse("8h")));
            Assert.That(
                garden.Trees, Is.EqualTo(new Tree[] { new() { Name = "oak" }, new() { Height = 30 } }));
        });
    }

    [Test]
    public void What_is_no_key_is_none_of_the_configuration() => Assert.That(
        FaultsOf(new() { ["pond:fish"] = "4", ["pond:depth"] = "90", ["rest"] = "1s", ["weather"] = "rain" }),
        Is.EquivalentTo(new[]
        {
            "command line: /pond/fish: unknown key",
            "command line: /pond/depth: 90 is outside 1 to 9",
            "command line: /rest: 1s is outside 1h to 10h",
            "command line: /weather: 'rain' is none of sun, clouds",
        }));

    [Test]
    public void A_section_with_keys_of_another_record_says_where_its_own_stand() => Assert.That(
        Tree.AllKeys(),
        Is.EqualTo(new[] { "/weather", "/rest", "/pond", "/pond/name", "/pond/depth", "/trees" }));

    [Test]
    public void The_document_of_all_keys_says_what_each_is_and_may_be() => Assert.That(
        KeyDocument.Write(Tree, "garden.schema.json", "A garden."), Is.EqualTo("""
            // A garden.
            {
              "$schema": "garden.schema.json",

              // What is above it.
              "weather": "sun",

              // How long nobody works. 1h to 10h.
              "rest": "8h",

              // Water.
              "pond": {
                // What it is called; null: nothing.
                "name": null,
                // Feet. 1 to 9.
                "depth": 2
              },

              // What grows.
              // For example:
              //   {
              //     // What it is.
              //     "name": "ash",
              //     // Feet. 1 to 300.
              //     "height": 10
              //   }
              "trees": []
            }
            """));

    [Test]
    public void The_schema_knows_keys_limits_and_defaults() => Assert.That(
        KeySchema.Generate(Tree, "garden"),
        Does.Contain("\"minimum\": 1").And.Contain("\"maximum\": 9").And.Contain("\"default\": \"8h\"")
            .And.Contain("\"What others read.\"").And.Not.Contain("fish"));

    private static Garden Read(Dictionary<string, string?> values)
    {
        Garden? garden = KeyReader.TryRead<Garden>(Tree, Build(values), _ => [], out var faults);
        Assert.That(garden, Is.Not.Null, string.Join('\n', faults));
        return garden!;
    }

    private static string[] FaultsOf(Dictionary<string, string?> values)
    {
        Assert.That(KeyReader.TryRead<Garden>(Tree, Build(values), _ => [], out var faults), Is.Null);
        return [.. faults.Select(fault => fault.ToString())];
    }

    private static IConfigurationRoot Build(Dictionary<string, string?> values) =>
        ConfigurationSources.TryBuild([], null, values, out _)!;
}

internal enum Weather
{
    Sun,
    Clouds,
}

internal record Ground
{
    [Key("What is above it.")]
    public Weather Weather { get; init; }

    [Key("What grows.")]
    public Tree[] Trees { get; init; } = [];
}

internal sealed record Garden : Ground
{
    [Key("How long nobody works.", From = "1h", To = "10h", After = nameof(Weather))]
    public Duration Rest { get; init; } = Duration.Parse("8h");

    [Key("Water.")]
    public Pond Pond { get; init; } = new();
}

internal sealed record Pond
{
    [Key("What it is called; null: nothing.")]
    public string? Name { get; init; }

    [Key("Feet.", Min = 1, Max = 9)]
    public int Depth { get; init; } = 2;

    public int Fish { get; init; } = 3;
}

internal sealed record Tree
{
    [Key("What it is.", Example = "\"ash\"")]
    public string Name { get; init; } = "";

    [Key("Feet.", Min = 1, Max = 300)]
    public int Height { get; init; } = 10;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    Converters = [typeof(DurationJsonConverter), typeof(WeatherConverter)])]
[JsonSerializable(typeof(Garden))]
internal sealed partial class GardenJson : JsonSerializerContext;

internal sealed class WeatherConverter()
    : JsonStringEnumConverter<Weather>(System.Text.Json.JsonNamingPolicy.CamelCase);
