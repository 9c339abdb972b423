using System.Globalization;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>What caches may do with a file (RFC 9111), as configuration says it.</summary>
public sealed class CachePolicy
{
    private const string Revalidate = "no-cache";
    private const string Immutable = "max-age=31536000, immutable";
    private const int TokenMin = 8;

    private static readonly HashSet<string> Directives = new(StringComparer.OrdinalIgnoreCase)
    {
        "immutable", "max-age", "must-revalidate", "must-understand", "no-cache", "no-store", "no-transform",
        "private", "proxy-revalidate", "public", "s-maxage", "stale-if-error", "stale-while-revalidate",
    };

    private readonly string? _text;
    private readonly bool _isByName;

    private CachePolicy(string? text, bool isByName = false) => (_text, _isByName) = (text, isByName);

    /// <summary>Reads it; null, with the reason, when it is none.</summary>
    public static CachePolicy? TryParse(string text, out string fault)
    {
        fault = "";
        switch (text)
        {
            case "revalidate":
                return new CachePolicy(Revalidate);
            case "immutable":
                return new CachePolicy(Immutable);
            case "auto":
                return new CachePolicy(Revalidate, isByName: true);
            case "none":
                return new CachePolicy(null);
        }
        if (Duration.TryParse(text, out Duration time))
        {
            return new CachePolicy(string.Create(
                CultureInfo.InvariantCulture, $"max-age={time.Value.Ticks / TimeSpan.TicksPerSecond}"));
        }
        foreach (string member in text.Split(','))
        {
            string directive = member.Split('=')[0].Trim();
            if (!Directives.Contains(directive))
            {
                fault = $"'{directive}' is none of revalidate, immutable, auto and none, no time like 1h and "
                    + "no directive of Cache-Control";
                return null;
            }
        }
        if (!FieldText.IsValue(text))
        {
            fault = "a field's value is printable ASCII";
            return null;
        }
        return new CachePolicy(text.Trim());
    }

    /// <summary>Cache-Control of a file; null: it has none.</summary>
    /// <param name="isHashed">Whether its name changes with its content (<see cref="IsHashed"/>).</param>
    public string? Of(bool isHashed) => _isByName && isHashed ? Immutable : _text;

    /// <summary>
    /// Whether a name has what builds put into it so that it changes with the content: a word of at least
    /// eight letters and digits, with both in it.
    /// </summary>
    public static bool IsHashed(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> name = path[(path.LastIndexOf('/') + 1)..];
        int begin = 0;
        bool hasLetter = false;
        bool hasDigit = false;
        for (int i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && char.IsAsciiLetterOrDigit(name[i]))
            {
                hasLetter |= char.IsAsciiLetter(name[i]);
                hasDigit |= char.IsAsciiDigit(name[i]);
                continue;
            }
            if (i - begin >= TokenMin && hasLetter && hasDigit)
            {
                return true;
            }
            (begin, hasLetter, hasDigit) = (i + 1, false, false);
        }
        return false;
    }
}
