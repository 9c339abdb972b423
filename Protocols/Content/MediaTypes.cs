using System.Buffers;
using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Media types by file name extension: the IANA registry's, and for what it lacks those of browsers, Apache
/// and nginx, as mime-db collects them. Text is UTF-8 (RFC 2046 §4.1.2 leaves the default to the sender).
/// </summary>
public static partial class MediaTypes
{
    /// <summary>What a file of an unknown kind is (RFC 9110 §8.3).</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>The encoding of text, where nothing else is said.</summary>
    public const string Charset = "utf-8";

    private const string CharsetParameter = "; charset=";

    // tchar, RFC 9110 §5.6.2.
    private static readonly SearchValues<char> TokenLetters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What is told by no extension, and is text: browsers would store it and not show it.
    private static readonly HashSet<string> TextNames = new(StringComparer.Ordinal)
    {
        "AUTHORS", "B2SUMS", "CHANGELOG", "CHANGES", "CONTRIBUTING", "CONTRIBUTORS", "COPYING", "COPYRIGHT",
        "Dockerfile", "HISTORY", "INSTALL", "LICENCE", "LICENSE", "MAINTAINERS", "MD5SUMS", "Makefile",
        "NEWS", "NOTICE", "README", "SHA1SUMS", "SHA256SUMS", "SHA512SUMS", "VERSION",
    };

    private static readonly Dictionary<string, string> ByExtension = Parse(Table);

    /// <summary>Extensions that are known.</summary>
    public static int Count => ByExtension.Count;

    /// <summary>
    /// The media type of a file, with <c>; charset=utf-8</c> on text, by what follows the last dot of its
    /// name, or by a name that has none.
    /// </summary>
    public static string Of(string name) => Find(name) ?? Unknown;

    /// <summary>The same; null where nothing is known.</summary>
    public static string? Find(ReadOnlySpan<char> name)
    {
        name = name[(name.LastIndexOf('/') + 1)..];
        int dot = name.LastIndexOf('.');
        // A name that begins with its only dot has no extension.
        if (dot > 0)
        {
            return ByExtension.GetAlternateLookup<ReadOnlySpan<char>>()
                .TryGetValue(name[(dot + 1)..], out string? type) ? type : null;
        }
        return TextNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
            ? "text/plain" + CharsetParameter + Charset
            : null;
    }

    /// <summary>Whether an extension, without its dot, is that of a known kind. Allocates nothing.</summary>
    public static bool IsExtension(ReadOnlySpan<char> extension) =>
        ByExtension.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(extension);

    /// <summary>Whether a text is <c>type/subtype</c>, with parameters or without (RFC 9110 §8.3.1).
    /// </summary>
    public static bool IsMediaType(string text)
    {
        int slash = text.IndexOf('/');
        int end = text.IndexOf(';');
        end = end < 0 ? text.Length : end;
        return slash > 0 && slash < end - 1 && Ascii.IsValid(text)
            && text.AsSpan(0, slash).IndexOfAnyExcept(TokenLetters) < 0
            && text.AsSpan((slash + 1)..end).TrimEnd(' ').IndexOfAnyExcept(TokenLetters) < 0
            && !text.Any(char.IsControl);
    }

    /// <summary>The media type with another charset, where it has the usual one; empty: with none.</summary>
    internal static string WithCharset(string type, string charset)
    {
        int at = type.IndexOf(CharsetParameter + Charset, StringComparison.Ordinal);
        return at < 0 || charset == Charset ? type
            : type[..at] + (charset.Length == 0 ? "" : CharsetParameter + charset);
    }

    /// <summary>The media type with a charset, where it is text and says none.</summary>
    internal static string Completed(string type, string charset) =>
        charset.Length > 0 && !type.Contains(';', StringComparison.Ordinal) && IsText(type)
            ? type + CharsetParameter + charset
            : type;

    private static Dictionary<string, string> Parse(string table)
    {
        var types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            foreach (string word in words.AsSpan(1))
            {
                int colon = word.IndexOf(':');
                string type = Completed(words[0] + word[..colon], Charset);
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
            or "application/x-ndjson" or "application/toml" or "application/sql" or "application/x-sh"
            or "application/javascript";
}
