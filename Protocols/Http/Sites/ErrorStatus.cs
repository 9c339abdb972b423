using System.Globalization;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>Which errors a page is for: a status code, or 4xx and 5xx for all of a class.</summary>
internal static class ErrorStatus
{
    /// <summary>Reads it as the first status code and how many there are; false when it is none.</summary>
    public static bool TryParse(string text, out int first, out int count)
    {
        bool isClass = text is "4xx" or "5xx";
        count = isClass ? 100 : 1;
        return int.TryParse(
                isClass ? text.Replace('x', '0') : text, NumberStyles.None, CultureInfo.InvariantCulture,
                out first)
            && first is >= 400 and <= 599;
    }
}
