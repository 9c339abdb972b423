using System.Buffers;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>Fields as configuration may set them.</summary>
internal static class FieldText
{
    private static readonly SearchValues<char> TokenLetters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What the wire, the file and its tag say, and nobody else.
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Ranges", "Connection", "Content-Encoding", "Content-Length", "Content-Range", "Date", "ETag",
        "Keep-Alive", "Last-Modified", "Location", "Server", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "X-Content-Type-Options",
    };

    /// <summary>Why a field cannot be set; null when it can.</summary>
    public static string? FaultOf(string name, string? value)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept(TokenLetters) >= 0)
        {
            return $"'{name}' is no name of a field";
        }
        if (Own.Contains(name))
        {
            return $"{name} is not for rules to set: the server says it of the file and the connection";
        }
        return value is null || IsValue(value) ? null : "a field's value is printable ASCII, and not empty";
    }

    /// <summary>Whether a text can stand behind a field's name (RFC 9110 §5.5).</summary>
    public static bool IsValue(string text) =>
        text.AsSpan().Trim(" \t").Length > 0 && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;
}
