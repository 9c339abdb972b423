using System.Globalization;
using System.Text.RegularExpressions;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>What a script may write shorter: several packets on one line.</summary>
internal static partial class ScriptShorthand
{
    /// <summary>The lines that a line stands for; none for an empty one.</summary>
    public static IEnumerable<string> Expand(string line)
    {
        if (line.Length == 0)
        {
            yield break;
        }
        Match times = Times().Match(line);
        if (times.Success)
        {
            for (int i = 0; i < Integer(times.Groups[1]); i++)
            {
                yield return line[..times.Index];
            }
            yield break;
        }
        Match run = Run().Match(line);
        if (!run.Success)
        {
            yield return line;
            yield break;
        }
        long start = Integer(run.Groups[1]);
        long length = Integer(run.Groups[3]);
        for (int i = 0; i < Integer(run.Groups[2]); i++, start += length)
        {
            string piece = $"{start}:{start + length}({length})";
            yield return line[..run.Index] + piece + line[(run.Index + run.Length)..];
        }
    }

    private static long Integer(Group group) => long.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@" times (\d+)$")]
    private static partial Regex Times();

    [GeneratedRegex(@"(\d+):\d+\((\d+)\*(\d+)\)")]
    private static partial Regex Run();
}
