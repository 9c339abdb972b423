using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// What can be configured: a record of options, with the sections in it and their keys. They are known from
/// what the compiler made of them for JSON, so that a program without reflection knows them too.
/// </summary>
public sealed class KeyTree
{
    private readonly Dictionary<Type, object> _defaults = [];
    private readonly JsonSerializerOptions _whole;

    /// <summary>The tree below a record of options.</summary>
    /// <param name="json">How JSON is read and written; it has all types of sections and keys.</param>
    /// <param name="defaults">The record, with the defaults of all its keys.</param>
    /// <param name="elements">
    /// For each kind of objects that a list may hold, one with the defaults of its keys.
    /// </param>
    /// <param name="foreign">Sections beside those of the record, which others read, with a text.</param>
    public KeyTree(
        JsonSerializerOptions json,
        object defaults,
        IEnumerable<object> elements,
        params IEnumerable<(string Key, string Text)> foreign)
    {
        Json = new JsonSerializerOptions(json)
        {
            TypeInfoResolver = json.TypeInfoResolver!.WithAddedModifier(ArrangeKeys),
        };
        _whole = json;
        Root = TypeOf(defaults.GetType());
        Foreign = [.. foreign];
        AddDefaults(defaults);
        foreach (object element in elements)
        {
            AddDefaults(element);
        }
    }

    /// <summary>How JSON is written: keys, and no other property.</summary>
    public JsonSerializerOptions Json { get; }

    /// <summary>The record of all options.</summary>
    public JsonTypeInfo Root { get; }

    /// <summary>Sections beside those of the record, which others read, and what they are.</summary>
    public IReadOnlyList<(string Key, string Text)> Foreign { get; }

    /// <summary>Whether a type is a section with keys of its own.</summary>
    public static bool IsSection(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Object;

    /// <summary>What a property declares of itself as a key; null: it is none.</summary>
    public static KeyAttribute? KeyOf(JsonPropertyInfo property) => (KeyAttribute?)property.AttributeProvider?
        .GetCustomAttributes(typeof(KeyAttribute), inherit: false).FirstOrDefault();

    /// <summary>What is known of the type of a section or a key.</summary>
    public JsonTypeInfo TypeOf(Type type) => Json.GetTypeInfo(type);

    /// <summary>The default of a key.</summary>
    public object? DefaultOf(JsonPropertyInfo property) =>
        property.Get!(_defaults.First(pair => property.DeclaringType.IsAssignableFrom(pair.Key)).Value);

    /// <summary>
    /// A section as JSON, with the defaults of all its properties and of those below. What is read must be
    /// whole: of one that is missing the compiler's code makes the default of its type, and not its own.
    /// </summary>
    public JsonObject DefaultsOf(JsonTypeInfo section) =>
        JsonSerializer.SerializeToNode(
            _defaults[section.Type], _whole.GetTypeInfo(section.Type))!.AsObject();

    /// <summary>Options from a JSON document that began as <see cref="DefaultsOf"/> them all.</summary>
    public object Read(JsonObject document) => document.Deserialize(_whole.GetTypeInfo(Root.Type))!;

    /// <summary>The pointers of all keys, parents first.</summary>
    public IEnumerable<string> AllKeys() => KeysBelow(Root, "");

    private IEnumerable<string> KeysBelow(JsonTypeInfo section, string prefix)
    {
        foreach (JsonPropertyInfo property in section.Properties)
        {
            string pointer = $"{prefix}/{property.Name}";
            yield return pointer;
            JsonTypeInfo type = TypeOf(property.PropertyType);
            foreach (string below in IsSection(type) ? KeysBelow(type, pointer) : [])
            {
                yield return below;
            }
        }
    }

    /// <summary>Leaves the keys of a section, and puts inherited ones where they belong.</summary>
    private static void ArrangeKeys(JsonTypeInfo type)
    {
        if (!IsSection(type))
        {
            return;
        }
        JsonPropertyInfo[] all = [.. type.Properties.Where(property => KeyOf(property) is not null)];
        List<JsonPropertyInfo> keys = [.. all.Where(property => property.DeclaringType != type.Type)];
        int place = 0;
        foreach (JsonPropertyInfo own in all.Except(keys).ToArray())
        {
            if (KeyOf(own)!.After is { } inherited)
            {
                place = 1 + keys.FindIndex(
                    property => property.Name.Equals(inherited, StringComparison.OrdinalIgnoreCase));
            }
            keys.Insert(place++, own);
        }
        type.Properties.Clear();
        keys.ForEach(type.Properties.Add);
    }

    private void AddDefaults(object section)
    {
        JsonTypeInfo type = TypeOf(section.GetType());
        _defaults.Add(type.Type, section);
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (IsSection(TypeOf(property.PropertyType)))
            {
                AddDefaults(property.Get!(section)!);
            }
        }
    }
}
