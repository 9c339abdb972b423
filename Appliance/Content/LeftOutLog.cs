using System.Globalization;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Says of each name that one scan leaves out why; safe from any thread. A tree that is unreadable as a whole
/// does not flood the log: <see cref="LinesMax"/> names have a line each, and all of them one, with how many
/// there are for each reason.
/// </summary>
/// <param name="logger">Told of the first names, and of the number of all.</param>
/// <param name="told">
/// Names that were told of already, and those that are told of now: what is only looked at again is not told
/// again. Not for two scans at once.
/// </param>
internal sealed class LeftOutLog(ILogger logger, HashSet<string>? told = null)
{
    public const int LinesMax = 20;

    // What is left out for another reason is summed up without it.
    private const int ReasonsMax = 8;
    private const int ToldMax = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = told ?? new(StringComparer.Ordinal);
    private readonly bool _isAll = told is null or { Count: 0 };
    private int _otherReasons;

    /// <summary>Names left out so far, and not told of before.</summary>
    public int Count { get; private set; }

    /// <summary>Names left out so far.</summary>
    public int All { get; private set; }

    /// <summary>A name is left out, for a reason that is the owner's to mend.</summary>
    public void Add(string path, string reason)
    {
        bool hasLine;
        lock (_lock)
        {
            All++;
            // Where they are too many to be remembered, only a scan of all tells of those beyond.
            if (_told.Count < ToldMax ? !_told.Add(path) : !_isAll)
            {
                return;
            }
            hasLine = ++Count <= LinesMax;
            if (_reasons.Count < ReasonsMax || _reasons.ContainsKey(reason))
            {
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            }
            else
            {
                _otherReasons++;
            }
        }
        if (hasLine)
        {
            logger.LogWarning("Content {Path} is left out: {Reason}", path, reason);
        }
    }

    /// <summary>The same for a name whose bytes may be no text.</summary>
    public void Add(string directory, ReadOnlySpan<byte> name, string reason) =>
        Add(directory + PrintableText.Of(name), reason);

    /// <summary>The scan is over: the sum.</summary>
    public void Finish()
    {
        if (Count <= 1)
        {
            return;
        }
        IEnumerable<string> reasons = _reasons
            .OrderByDescending(reason => reason.Value)
            .Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value}: {reason.Key}"));
        if (_otherReasons > 0)
        {
            reasons = reasons.Append(string.Create(
                CultureInfo.InvariantCulture, $"{_otherReasons}: other reasons"));
        }
        logger.LogWarning(
            "Content: {Count} names are left out and answered with 404, of which {Named} are named above. "
            + "{Reasons:l}. What is mended is served, at the latest after SIGHUP",
            Count,
            Math.Min(Count, LinesMax),
            string.Join("; ", reasons));
    }
}
