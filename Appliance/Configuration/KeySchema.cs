using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Configuration;

/// <summary>The JSON schema of what can be configured.</summary>
public static class KeySchema
{
    /// <summary>
    /// The schema (draft 2020-12), indented, with a description, the default and the limits of every key.
    /// </summary>
    public static string Generate(KeyTree tree, string title)
    {
        var exporting = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Describe(tree, context, schema),
        };
        JsonObject schema = tree.Root.GetJsonSchemaAsNode(exporting).AsObject();
        JsonObject properties = schema["properties"]!.AsObject();
        properties.Insert(0, "$schema", new JsonObject { ["type"] = "string" });
        foreach ((string key, string text) in tree.Foreign)
        {
            properties.Add(key, new JsonObject { ["description"] = text, ["type"] = "object" });
        }
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return schema.ToJsonString(tree.Json);
    }

    private static JsonObject Describe(KeyTree tree, JsonSchemaExporterContext context, JsonNode schema)
    {
        JsonObject node = schema as JsonObject ?? [];
        Type type = context.TypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(Duration))
        {
            node["type"] = type == typeof(Duration) ? "string" : new JsonArray("string", "null");
            node["pattern"] = Duration.Pattern;
        }
        // What refers to a section that was described before has its keys there.
        if (KeyTree.IsSection(context.TypeInfo) && !node.ContainsKey("$ref"))
        {
            node["additionalProperties"] = false;
            node.Remove("required");
        }
        if (context.PropertyInfo is { } property)
        {
            AddProperty(tree, node, property);
        }
        return node;
    }

    private static void AddProperty(KeyTree tree, JsonObject node, JsonPropertyInfo property)
    {
        KeyAttribute key = KeyTree.KeyOf(property)!;
        node.Insert(0, "description", key.Text);
        if (key.Min != long.MinValue)
        {
            node["minimum"] = key.Min;
            node["maximum"] = key.Max;
        }
        JsonTypeInfo type = tree.TypeOf(property.PropertyType);
        bool isByName = type.Kind == JsonTypeInfoKind.Dictionary;
        if (key.Items != int.MaxValue)
        {
            node[isByName ? "maxProperties" : "maxItems"] = key.Items;
        }
        if (isByName && key.HasNullItems)
        {
            node["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "null") };
        }
        if (!KeyTree.IsSection(type))
        {
            node["default"] = JsonSerializer.SerializeToNode(tree.DefaultOf(property), type);
        }
    }
}
