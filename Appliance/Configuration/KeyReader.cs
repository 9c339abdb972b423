using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Checks a configuration against the keys that there are, one by one, so that all faults are told at once,
/// and makes the options of it when there is none.
/// </summary>
public sealed class KeyReader
{
    private readonly KeyTree _tree;
    private readonly IConfigurationRoot _configuration;
    private readonly List<ConfigurationFault> _faults = [];

    private KeyReader(KeyTree tree, IConfigurationRoot configuration) =>
        (_tree, _configuration) = (tree, configuration);

    /// <summary>Reads the options; null when there are faults.</summary>
    /// <param name="tree">What can be configured.</param>
    /// <param name="configuration">What is configured.</param>
    /// <param name="rules">What is wrong with options whose values are each right by themselves.</param>
    /// <param name="faults">All that is wrong.</param>
    public static T? TryRead<T>(
        KeyTree tree,
        IConfigurationRoot configuration,
        Func<T, IEnumerable<(string Key, string Message)>> rules,
        out IReadOnlyList<ConfigurationFault> faults)
        where T : class
    {
        var reader = new KeyReader(tree, configuration);
        JsonObject document = tree.DefaultsOf(tree.WholeRoot);
        reader.ReadSection(
            configuration.GetChildren().Where(child => !reader.IsForeign(child.Key)), tree.WholeRoot,
            document);
        faults = reader._faults;
        if (faults.Count > 0)
        {
            return null;
        }
        var options = (T)tree.Read(document);
        foreach ((string key, string message) in rules(options))
        {
            reader.Add(key, message);
        }
        return faults.Count == 0 ? options : null;
    }

    private bool IsForeign(string key) =>
        key.Equals("$schema", StringComparison.OrdinalIgnoreCase)
        || _tree.Foreign.Any(section => section.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private void ReadSection(
        IEnumerable<IConfigurationSection> children, JsonTypeInfo section, JsonObject values)
    {
        foreach (IConfigurationSection child in children)
        {
            JsonPropertyInfo? property = section.Properties.FirstOrDefault(
                p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null || KeyTree.KeyOf(property) is null)
            {
                JsonTypeInfo keys = _tree.TypeOf(section.Type);
                Add(child.Path, "unknown key" + Suggestions.For(child.Key, keys, _tree));
                continue;
            }
            JsonTypeInfo type = _tree.WholeOf(property.PropertyType);
            if (KeyTree.IsSection(type))
            {
                ReadSubsection(child, type, values[property.Name]!.AsObject());
            }
            else
            {
                values[property.Name] = type.Kind switch
                {
                    JsonTypeInfoKind.Enumerable =>
                        ReadList(child, property, _tree.WholeOf(type.ElementType!)),
                    JsonTypeInfoKind.Dictionary => ReadNames(child, property, type.ElementType!),
                    _ => ReadValue(child, property, property.PropertyType, IsNullable(property)),
                };
            }
        }
    }

    /// <summary>
    /// A list's elements stand under 0, 1, 2 and so on, and sources may each give some of them.
    /// </summary>
    private JsonArray? ReadList(
        IConfigurationSection section, JsonPropertyInfo property, JsonTypeInfo element)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0 && section.Value != "")
        {
            if (section.Value is not null || !IsNullable(property))
            {
                Add(section.Path, $"{Quote(section.Value)} stands where an array is expected");
            }
            return null;
        }
        JsonArray values = [];
        for (int i = 0; i < children.Length; i++)
        {
            if (children[i].Key != i.ToString(CultureInfo.InvariantCulture))
            {
                Add(children[i].Path, "no element of an array, which count from 0 without a gap");
                return null;
            }
            if (KeyTree.IsSection(element))
            {
                JsonObject keys = _tree.DefaultsOf(element);
                ReadSubsection(children[i], element, keys);
                values.Add((JsonNode)keys);
            }
            else
            {
                JsonNode? value = ReadValue(children[i], property, element.Type, isNullable: false);
                values.Add(value);
            }
        }
        if (KeyRules.ItemFault(KeyTree.KeyOf(property)!, children.Length) is { } fault)
        {
            Add(section.Path, fault);
        }
        return values;
    }

    /// <summary>An object whose names are the owner's, each with one value.</summary>
    private JsonObject? ReadNames(IConfigurationSection section, JsonPropertyInfo property, Type element)
    {
        KeyAttribute key = KeyTree.KeyOf(property)!;
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (!string.IsNullOrEmpty(section.Value))
        {
            Add(section.Path, $"{Quote(section.Value)} stands where an object is expected");
        }
        if (children.Length == 0 && section.Value is null && IsNullable(property))
        {
            return null;
        }
        JsonObject values = [];
        foreach (IConfigurationSection child in children)
        {
            values[child.Key] = ReadValue(child, property, element, key.HasNullItems);
        }
        if (KeyRules.ItemFault(key, children.Length) is { } fault)
        {
            Add(section.Path, fault);
        }
        return values;
    }

    private void ReadSubsection(IConfigurationSection section, JsonTypeInfo type, JsonObject values)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Add(section.Path, $"'{section.Value}' is no object with keys of its own");
        }
        ReadSection(section.GetChildren(), type, values);
    }

    private JsonValue? ReadValue(
        IConfigurationSection section, JsonPropertyInfo property, Type declared, bool isNullable)
    {
        if (section.GetChildren().Any())
        {
            Add(section.Path, "an object or array stands where one value is expected");
            return null;
        }
        if (section.Value is not { } text)
        {
            if (!isNullable)
            {
                Add(section.Path, "null is no value for it");
            }
            return null;
        }
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        JsonValue? value = ValueOf(text, type);
        string? fault = value is null
            ? FaultOf(text, type)
            : FaultOf(text, value, type, KeyTree.KeyOf(property)!);
        if (fault is not null)
        {
            Add(section.Path, fault);
        }
        return value;
    }

    /// <summary>A text as a value of a type; null: it is none.</summary>
    private static JsonValue? ValueOf(string text, Type type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type.IsEnum)
        {
            string? name = Enum.GetNames(type).FirstOrDefault(
                name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            return name is null ? null : JsonValue.Create(CamelCase(name));
        }
        return type switch
        {
            _ when type == typeof(string) => JsonValue.Create(text),
            _ when type == typeof(bool) => bool.TryParse(text, out bool flag) ? JsonValue.Create(flag) : null,
            _ when type == typeof(Duration) => Duration.TryParse(text, out Duration time)
                ? JsonValue.Create(time.ToString()) : null,
            _ when type == typeof(long) => long.TryParse(text, culture, out long number)
                ? JsonValue.Create(number) : null,
            _ => int.TryParse(text, culture, out int number) ? JsonValue.Create(number) : null,
        };
    }

    /// <summary>Why a text is no value of a type.</summary>
    private static string FaultOf(string text, Type type)
    {
        if (type.IsEnum)
        {
            string[] names = Array.ConvertAll(Enum.GetNames(type), CamelCase);
            return $"'{text}' is none of {string.Join(", ", names)}" + Suggestions.Among(text, names);
        }
        return $"'{text}' is no {NameOf(type)}";
    }

    /// <summary>Why a value is none for its key; null when it is one.</summary>
    private static string? FaultOf(string text, JsonValue value, Type declared, KeyAttribute key)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            return KeyRules.Fault(key, value.TryGetValue(out int number) ? number : value.GetValue<long>());
        }
        return (Nullable.GetUnderlyingType(declared) ?? declared) == typeof(Duration)
            ? KeyRules.Fault(key, Duration.Parse(text))
            : KeyRules.Fault(key, text);
    }

    private static string NameOf(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(Duration) => "duration: a number and us, ms, s, m or h, like \"10s\"",
        _ => "whole number in range",
    };

    private static string Quote(string? text) => text is null ? "null" : $"'{text}'";

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static bool IsNullable(JsonPropertyInfo property) => property.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(property.PropertyType) is not null
        : property.IsSetNullable;

    private void Add(string path, string message)
    {
        string pointer = "";
        foreach (string part in path.Split(ConfigurationPath.KeyDelimiter))
        {
            pointer += "/" + part
                .Replace("~", "~0", StringComparison.Ordinal)
                .Replace("/", "~1", StringComparison.Ordinal);
        }
        IConfigurationProvider? source = SourceOf(path);
        _faults.Add(new ConfigurationFault(ConfigurationSources.NameOf(source), pointer, message)
        {
            Place = ConfigurationSources.PlaceOf(source, path),
        });
    }

    /// <summary>
    /// The last provider that knows the key or something below it is the one whose value counts.
    /// </summary>
    private IConfigurationProvider? SourceOf(string path) => _configuration.Providers.LastOrDefault(
        provider => provider.TryGet(path, out _) || provider.GetChildKeys([], path).Any());
}
