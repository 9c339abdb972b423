using System.Text.Json;
using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Options;

/// <summary>The options as JSON, and the JSON schema that describes them.</summary>
public static class OptionsSchema
{
    /// <summary>Options as an indented JSON text that a configuration file can hold.</summary>
    public static string Write(ApplianceOptions options) =>
        JsonSerializer.Serialize(options, OptionsReader.Tree.Root);

    /// <summary>The schema of all sections and keys.</summary>
    public static string Generate() => KeySchema.Generate(OptionsReader.Tree, "straightwire");
}
