using Serilog.Debugging;
using Straightwire.Appliance.Faults;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// What goes wrong with the log itself: a full disk, a sink that is not there. It is told on standard error,
/// where no log is needed, and not more often than a person can read.
/// </summary>
internal static class Troubles
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly Lock Telling = new();
    private static readonly Dictionary<string, long> ToldAt = [];

    /// <summary>Listens from now on.</summary>
    public static void Listen() => SelfLog.Enable(Tell);

    private static void Tell(string text)
    {
        // "2026-11-30T12:00:00.0000000Z Caught exception while …: System.IO.IOException: No space", and
        // where it was thrown.
        string line = text.Split('\n')[0].Trim();
        line = line[(line.IndexOf(' ') + 1)..];
        lock (Telling)
        {
            long now = Environment.TickCount64;
            bool isNew = !ToldAt.TryGetValue(line, out long before);
            if (isNew ? ToldAt.Count < 100 : now - before >= Pause.TotalMilliseconds)
            {
                ToldAt[line] = now;
                LastWords.Tell($"log: {line}");
            }
        }
    }
}
