using System.Globalization;
using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Patterns of canonical paths: each segment a <see cref="GlobPattern"/> or <c>:name</c> for any one,
/// <c>**</c> for any number of segments, at most twice; <c>{a,b}</c> for one text or another. Without a slash
/// it is a pattern of the last name at any depth. On octets, case-sensitive; the work of matching is at most
/// the product of the two lengths.
/// </summary>
public sealed class PathPattern
{
    /// <summary>Bytes of the longest pattern.</summary>
    public const int BytesMax = 1024;

    private const int DeepMax = 2;
    private const int AlternativesMax = 64;

    private readonly PathGlob[] _alternatives;

    private PathPattern(PathGlob[] alternatives) => _alternatives = alternatives;

    /// <summary>What it stands for, each without <c>{a,b}</c>.</summary>
    internal IReadOnlyList<PathGlob> Alternatives => _alternatives;

    /// <summary>Reads a pattern; null, with the reason and its column from 1, when it is none.</summary>
    public static PathPattern? TryParse(string text, out string fault)
    {
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > BytesMax)
        {
            fault = "a pattern has 1 to 1024 bytes";
            return null;
        }
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] == '\\')
            {
                fault = At(i, "no path has control characters and backslashes");
                return null;
            }
            if (text[i] == '%' && i + 2 < text.Length
                && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                fault = At(i, "paths are decoded before they are compared: write the character itself");
                return null;
            }
        }
        var alternatives = new List<PathGlob>();
        fault = Expand(text, "", 0, alternatives);
        return fault.Length == 0 ? new PathPattern([.. alternatives]) : null;
    }

    /// <summary>Whether it meets a canonical path. Allocates nothing.</summary>
    public bool Matches(ReadOnlySpan<byte> path)
    {
        foreach (PathGlob glob in _alternatives)
        {
            if (glob.Matches(path))
            {
                return true;
            }
        }
        return false;
    }

    // What stands before the first brace, and each of what may stand there with all that the rest may be.
    private static string Expand(string text, string before, int offset, List<PathGlob> alternatives)
    {
        int open = text.IndexOf('{', offset);
        int stray = text.IndexOf('}', offset);
        if (stray >= 0 && (open < 0 || stray < open))
        {
            return At(stray, "'}' closes nothing");
        }
        if (open < 0)
        {
            return Add(before + text[offset..], alternatives);
        }
        int close = text.IndexOf('}', open);
        if (close < 0)
        {
            return At(open, "'{' is not closed");
        }
        if (text.IndexOf('{', open + 1, close - open - 1) is var inner && inner >= 0)
        {
            return At(inner, "no '{' stands between '{' and '}'");
        }
        foreach (string choice in text[(open + 1)..close].Split(','))
        {
            string fault = Expand(text, before + text[offset..open] + choice, close + 1, alternatives);
            if (fault.Length > 0)
            {
                return fault;
            }
        }
        return "";
    }

    private static string Add(string text, List<PathGlob> alternatives)
    {
        if (alternatives.Count == AlternativesMax)
        {
            return "its braces stand for more than 64 patterns: make several rules of it";
        }
        string whole = !text.Contains('/', StringComparison.Ordinal) ? "/**/" + text
            : text.StartsWith("**/", StringComparison.Ordinal) ? "/" + text
            : text;
        if (whole[0] != '/')
        {
            return At(0, "a pattern with a slash begins with one, or with **/");
        }
        string[] segments = whole[1..].Split('/');
        int column = text.Length - whole.Length + 1;
        int deep = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            string segment = segments[i];
            string fault = FaultOf(segment, i == segments.Length - 1);
            deep += segment == "**" ? 1 : 0;
            if (fault.Length == 0 && deep > DeepMax)
            {
                fault = "'**' stands in a pattern twice at most";
            }
            if (fault.Length > 0)
            {
                return At(Math.Max(column, 0), fault);
            }
            column += segment.Length + 1;
        }
        alternatives.Add(new PathGlob(segments));
        return "";
    }

    private static string FaultOf(string segment, bool isLast) => segment switch
    {
        "" when !isLast => "no path has '//' in it",
        "." or ".." => "no path has '.' or '..' in it",
        ['.', ..] when segment != ".well-known" && segment.AsSpan().IndexOfAny("*?[") < 0 =>
            "nothing that begins with a dot is served but .well-known",
        "**" => "",
        _ when segment.Contains("**", StringComparison.Ordinal) =>
            "'**' stands for whole segments, between slashes",
        _ when Encoding.UTF8.GetByteCount(segment) > GlobPattern.BytesMax => "no name is so long",
        _ => "",
    };

    private static string At(int index, string fault) =>
        string.Create(CultureInfo.InvariantCulture, $"column {index + 1}: {fault}");
}
