using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Configuration;

/// <summary>The options as JSON, and the JSON schema that describes them.</summary>
public static class OptionsSchema
{
    /// <summary>Options as an indented JSON text that a configuration file can hold.</summary>
    public static string Write(ApplianceOptions options) =>
        JsonSerializer.Serialize(options, OptionsJson.Readable.ApplianceOptions);

    /// <summary>
    /// The schema (draft 2020-12), indented, with a description, the default and the limits of every key.
    /// </summary>
    public static string Generate()
    {
        var exporting = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = Describe,
        };
        JsonObject schema =
            OptionsJson.Readable.ApplianceOptions.GetJsonSchemaAsNode(exporting).AsObject();
        JsonObject properties = schema["properties"]!.AsObject();
        properties.Insert(0, "$schema", new JsonObject { ["type"] = "string" });
        properties.Add(OptionsReader.SerilogSection, new JsonObject
        {
            ["description"] = "What Serilog.Settings.Configuration reads: MinimumLevel, WriteTo and so on.",
            ["type"] = "object",
        });
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "straightwire");
        return schema.ToJsonString(OptionsJson.Readable.Options);
    }

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        JsonObject node = schema as JsonObject ?? [];
        if (context.TypeInfo.Type == typeof(Duration))
        {
            node["type"] = "string";
            node["pattern"] = Duration.Pattern;
        }
        if (OptionsReader.IsSection(context.TypeInfo.Type))
        {
            node["additionalProperties"] = false;
            node.Remove("required");
        }
        if (context.PropertyInfo?.AttributeProvider is PropertyInfo property)
        {
            AddProperty(node, property);
        }
        return node;
    }

    private static void AddProperty(JsonObject node, PropertyInfo property)
    {
        if (property.GetCustomAttribute<DescriptionAttribute>() is { } description)
        {
            node.Insert(0, "description", description.Description);
        }
        if (property.GetCustomAttribute<LimitsAttribute>() is { } limits)
        {
            node["minimum"] = limits.Min;
            node["maximum"] = limits.Max;
        }
        if (property.GetCustomAttribute<ItemLimitsAttribute>() is { } items)
        {
            node["maxItems"] = items.Max;
        }
        if (!OptionsReader.IsSection(property.PropertyType))
        {
            node["default"] = JsonSerializer.SerializeToNode(
                property.GetValue(DefaultsOf(property.DeclaringType!)),
                OptionsJson.Readable.GetTypeInfo(property.PropertyType)!);
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = OptionsReader.Rooted)]
    private static object DefaultsOf(Type section) => Activator.CreateInstance(section)!;
}
