using System.Text.Json;
using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Options;

/// <summary>The options as JSON, and the JSON schema that describes them.</summary>
public static class OptionsSchema
{
    private const string Preamble = """
        Every key with its default. All of them may be left out. Comments and trailing commas are allowed.
        Durations are a number and us, ms, s, m or h; sizes are bytes; null stands for what the comment says.
        The environment goes before this file (STRAIGHTWIRE__TCP__CONNECTIONS=1000), the command line before
        both (--set tcp.connections=1000).
        """;

    /// <summary>Options as an indented JSON text that a configuration file can hold.</summary>
    public static string Write(ApplianceOptions options) =>
        JsonSerializer.Serialize(options, OptionsReader.Tree.Root);

    /// <summary>A configuration of all sections and keys, with comments.</summary>
    public static string WriteDefaults() =>
        KeyDocument.Write(OptionsReader.Tree, "./appliance.schema.json", Preamble);

    /// <summary>The schema of all sections and keys.</summary>
    public static string Generate() => KeySchema.Generate(OptionsReader.Tree, "straightwire");
}
