using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Says of each name that one scan leaves out why; safe from any thread. A tree that is unreadable as a whole
/// does not flood the log: after <see cref="LinesMax"/> names the rest is only counted.
/// </summary>
internal sealed class LeftOutLog(ILogger logger)
{
    public const int LinesMax = 100;

    private int _count;

    /// <summary>Names left out.</summary>
    public int Count => _count;

    /// <summary>A name is left out, for a reason that is the owner's to mend.</summary>
    public void Add(string path, string reason)
    {
        int count = Interlocked.Increment(ref _count);
        if (count <= LinesMax)
        {
            logger.LogWarning("Content {Path} is left out: {Reason}", path, reason);
        }
    }

    /// <summary>The same for a name whose bytes may be no text.</summary>
    public void Add(string directory, ReadOnlySpan<byte> name, string reason) =>
        Add(directory + PrintableText.Of(name), reason);

    /// <summary>The scan is over.</summary>
    public void Finish()
    {
        if (_count > LinesMax)
        {
            logger.LogWarning("Content: {Count} more names are left out", _count - LinesMax);
        }
    }
}
