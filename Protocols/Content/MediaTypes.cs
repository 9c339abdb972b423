namespace Straightwire.Protocols.Content;

/// <summary>
/// Media types by file name extension: the IANA registry's, and for what it lacks those of browsers, Apache
/// and nginx, as mime-db collects them. Text is UTF-8 (RFC 2046 §4.1.2 leaves the default to the sender).
/// </summary>
public static partial class MediaTypes
{
    /// <summary>What a file of an unknown kind is (RFC 9110 §8.3).</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> ByExtension = Parse(Table);

    /// <summary>Extensions that are known.</summary>
    public static int Count => ByExtension.Count;

    /// <summary>
    /// The media type of a file, with <c>; charset=utf-8</c> on text, by what follows the last dot of its
    /// name.
    /// </summary>
    public static string Of(string name)
    {
        int dot = name.LastIndexOf('.');
        // A name that begins with its only dot has no extension.
        return dot > name.LastIndexOf('/') + 1 && ByExtension.TryGetValue(name[(dot + 1)..], out string? type)
            ? type
            : Unknown;
    }

    private static Dictionary<string, string> Parse(string table)
    {
        var types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            foreach (string word in words.AsSpan(1))
            {
                int colon = word.IndexOf(':');
                string type = words[0] + word[..colon];
                type = IsText(type) ? type + "; charset=utf-8" : type;
                foreach (string extension in word[(colon + 1)..].Split(','))
                {
                    types.Add(extension, type);
                }
            }
        }
        return types;
    }

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type.EndsWith("+xml", StringComparison.Ordinal)
        || type.EndsWith("+json", StringComparison.Ordinal)
        || type is "application/json" or "application/xml" or "application/xml-dtd" or "application/yaml"
            or "application/x-ndjson" or "application/toml" or "application/sql" or "application/x-sh";
}
