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
    private readonly JsonSerializerOptions _whole;
    private readonly object[] _records;

    // A start reads what is configured, and has no time for what else could be.
    private readonly Lazy<JsonSerializerOptions> _keys;
    private readonly Lazy<Dictionary<Type, object>> _defaults;

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
        _whole = json;
        _records = [defaults, .. elements];
        Foreign = [.. foreign];
        _keys = new(() => KeysOf(json));
        _defaults = new(() =>
        {
            Dictionary<Type, object> all = [];
            Array.ForEach(_records, record => AddDefaults(all, record));
            return all;
        });
    }

    /// <summary>How JSON is written: keys, and no other property.</summary>
    public JsonSerializerOptions Json => _keys.Value;

    /// <summary>The record of all options: its keys.</summary>
    public JsonTypeInfo Root => TypeOf(_records[0].GetType());

    /// <summary>The same with whatever else it has.</summary>
    public JsonTypeInfo WholeRoot => WholeOf(_records[0].GetType());

    /// <summary>Sections beside those of the record, which others read, and what they are.</summary>
    public IReadOnlyList<(string Key, string Text)> Foreign { get; }

    /// <summary>Whether a type is a section with keys of its own.</summary>
    public static bool IsSection(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Object;

    /// <summary>What a property declares of itself as a key; null: it is none.</summary>
    public static KeyAttribute? KeyOf(JsonPropertyInfo property) => (KeyAttribute?)property.AttributeProvider?
        .GetCustomAttributes(typeof(KeyAttribute), inherit: false).FirstOrDefault();

    /// <summary>What is known of the type of a key, or of a section: its keys.</summary>
    public JsonTypeInfo TypeOf(Type type) => Json.GetTypeInfo(type);

    /// <summary>What is known of the type of a key, or of a section with whatever else it has.</summary>
    public JsonTypeInfo WholeOf(Type type) => _whole.GetTypeInfo(type);

    /// <summary>The default of a key.</summary>
    public object? DefaultOf(JsonPropertyInfo property) =>
        property.Get!(_defaults.Value.First(pair => property.DeclaringType.IsAssignableFrom(pair.Key)).Value);

    /// <summary>
    /// The record of all options, or an element of a list, as JSON with the defaults of all its properties
    /// and of those below. What is read must be whole: of one that is missing the compiler's code makes the
    /// default of its type, and not its own.
    /// </summary>
    public JsonObject DefaultsOf(JsonTypeInfo section) =>
        JsonSerializer.SerializeToNode(
            _records.First(record => record.GetType() == section.Type), WholeOf(section.Type))!.AsObject();

    /// <summary>Options from a JSON document that began as <see cref="DefaultsOf"/> them all.</summary>
    public object Read(JsonObject document) => document.Deserialize(WholeRoot)!;

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

    private static JsonSerializerOptions KeysOf(JsonSerializerOptions json)
    {
        JsonSerializerOptions keys = new(json)
        {
            TypeInfoResolver = json.TypeInfoResolver!.WithAddedModifier(ArrangeKeys),
        };
        // What is still open to change makes all that it knows of a type anew each time that it is asked.
        keys.MakeReadOnly();
        return keys;
    }

    /// <summary>Leaves the keys of a section, and puts inherited ones where they belong.</summary>
    private static void ArrangeKeys(JsonTypeInfo type)
    {
        if (!IsSection(type))
        {
            return;
        }
        (JsonPropertyInfo Property, KeyAttribute? Key)[] all =
            [.. type.Properties.Select(property => (property, KeyOf(property)))];
        List<JsonPropertyInfo> keys =
        [
            .. from one in all
               where one.Key is not null && one.Property.DeclaringType != type.Type
               select one.Property,
        ];
        int place = 0;
        foreach ((JsonPropertyInfo own, KeyAttribute? key) in all)
        {
            if (key is null || own.DeclaringType != type.Type)
            {
                continue;
            }
            if (key.After is { } inherited)
            {
                place = 1 + keys.FindIndex(
                    property => property.Name.Equals(inherited, StringComparison.OrdinalIgnoreCase));
            }
            keys.Insert(place++, own);
        }
        type.Properties.Clear();
        keys.ForEach(type.Properties.Add);
    }

    private void AddDefaults(Dictionary<Type, object> all, object section)
    {
        JsonTypeInfo type = TypeOf(section.GetType());
        all.Add(type.Type, section);
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (IsSection(TypeOf(property.PropertyType)))
            {
                AddDefaults(all, property.Get!(section)!);
            }
        }
    }
}
