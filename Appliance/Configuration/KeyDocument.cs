using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// A configuration of all keys with their defaults, where comments say what each is: to be cut down to the
/// lines that differ.
/// </summary>
public static class KeyDocument
{
    private const int WidthMax = 110;
    private const int IndentStep = 2;

    /// <summary>The text, without a line's end behind it.</summary>
    /// <param name="tree">What can be configured.</param>
    /// <param name="schema">Where the schema is, as seen from the document.</param>
    /// <param name="preamble">What is said in front of all.</param>
    public static string Write(KeyTree tree, string schema, string preamble)
    {
        var text = new StringBuilder();
        WriteComment(text, "// ", preamble.Replace('\n', ' '));
        text.Append("{\n  \"$schema\": \"").Append(schema).Append("\",\n\n");
        WriteKeys(text, tree, tree.Root, IndentStep);
        return text.Append('}').ToString();
    }

    private static void WriteKeys(StringBuilder text, KeyTree tree, JsonTypeInfo section, int indent)
    {
        string begin = new(' ', indent);
        for (int i = 0; i < section.Properties.Count; i++)
        {
            JsonPropertyInfo property = section.Properties[i];
            JsonTypeInfo type = tree.TypeOf(property.PropertyType);
            WriteComment(text, begin + "// ", CommentOf(property));
            if (type.ElementType is { } element && KeyTree.IsSection(tree.TypeOf(element)))
            {
                WriteElement(text, tree, tree.TypeOf(element), begin);
            }
            text.Append(begin).Append('"').Append(property.Name).Append("\": ");
            if (KeyTree.IsSection(type))
            {
                text.Append("{\n");
                WriteKeys(text, tree, type, indent + IndentStep);
                text.Append(begin).Append('}');
            }
            else
            {
                text.Append(OnOneLine(tree, property));
            }
            bool isLast = i == section.Properties.Count - 1;
            text.Append(isLast ? "\n" : section == tree.Root ? ",\n\n" : ",\n");
        }
    }

    /// <summary>An element of a list that has none by default, with an example of each key.</summary>
    private static void WriteElement(StringBuilder text, KeyTree tree, JsonTypeInfo element, string begin)
    {
        text.Append(begin).Append("// For example:\n").Append(begin).Append("//   {\n");
        for (int i = 0; i < element.Properties.Count; i++)
        {
            JsonPropertyInfo property = element.Properties[i];
            string value = KeyTree.KeyOf(property)!.Example
                ?? OnOneLine(tree, property);
            WriteComment(text, begin + "//     // ", CommentOf(property));
            text.Append(begin).Append("//     \"").Append(property.Name).Append("\": ").Append(value)
                .Append(i == element.Properties.Count - 1 ? "\n" : ",\n");
        }
        text.Append(begin).Append("//   }\n");
    }

    /// <summary>The default of a key that is no section.</summary>
    private static string OnOneLine(KeyTree tree, JsonPropertyInfo property)
    {
        JsonSerializerOptions compact = new(tree.Json) { WriteIndented = false };
        return JsonSerializer.Serialize(
            tree.DefaultOf(property), compact.GetTypeInfo(property.PropertyType));
    }

    /// <summary>What a key is, and what it may be.</summary>
    private static string CommentOf(JsonPropertyInfo property)
    {
        KeyAttribute key = KeyTree.KeyOf(property)!;
        string limits = key switch
        {
            { Min: not long.MinValue } => string.Create(
                CultureInfo.InvariantCulture, $" {key.Min} to {key.Max}"),
            { From: not null } => $" {key.From} to {key.To}",
            _ => "",
        };
        string power = key.IsPowerOfTwo ? ", a power of two" : "";
        return key.Text + limits + power + (limits.Length == 0 ? "" : ".");
    }

    /// <summary>Breaks lines between words.</summary>
    private static void WriteComment(StringBuilder text, string begin, string comment)
    {
        int column = 0;
        foreach (string word in comment.Replace("\n", "\\n", StringComparison.Ordinal).Split(' '))
        {
            bool fits = column > 0 && column + 1 + word.Length <= WidthMax;
            if (!fits)
            {
                text.Append(column == 0 ? "" : "\n").Append(begin);
                column = begin.Length;
            }
            text.Append(fits ? " " : "").Append(word);
            column += word.Length + (fits ? 1 : 0);
        }
        text.Append('\n');
    }
}
