using System.Text.Json.Serialization.Metadata;

namespace Straightwire.Appliance.Configuration;

/// <summary>"Did you mean": the known key that an unknown one most resembles.</summary>
public static class Suggestions
{
    /// <summary>
    /// A suggestion for a key that a section does not know, or nothing: from the section, else from all
    /// others.
    /// </summary>
    public static string For(string key, JsonTypeInfo section, KeyTree tree)
    {
        string near = Among(key, section.Properties.Select(property => property.Name));
        if (near.Length > 0)
        {
            return near;
        }
        if (Spelled(key, tree) is { } spelled)
        {
            return $"; did you mean {spelled} ({EnvironmentNames.NameOf(spelled)} in the environment)?";
        }
        string? elsewhere = tree.AllKeys()
            .FirstOrDefault(p => p.EndsWith("/" + key, StringComparison.OrdinalIgnoreCase));
        return elsewhere is null ? "" : $"; did you mean {elsewhere}?";
    }

    /// <summary>
    /// The pointer of the key that a text is, whatever stands between its parts: HTTP_PORT, http-port; null
    /// when there is none.
    /// </summary>
    public static string? Spelled(string text, KeyTree tree)
    {
        string letters = Letters(text);
        return tree.AllKeys().FirstOrDefault(pointer => Letters(pointer) == letters);

        static string Letters(string of) => string.Concat(of.Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }

    /// <summary>A suggestion for a text that should be one of several, or nothing.</summary>
    public static string Among(string text, IEnumerable<string> known)
    {
        string? best = null;
        int bestDistance = Math.Max(1, text.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }
        return best is null ? "" : $"; did you mean \"{best}\"?";
    }

    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours that make one text of the other.
    /// </summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }
        return d[a.Length, b.Length];
    }
}
