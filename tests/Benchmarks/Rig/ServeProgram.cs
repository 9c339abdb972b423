using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Straightwire.Benchmarks.Rig;

/// <summary>
/// A program of ours: the one that the build made, or a published one, which may be older and know fewer
/// options.
/// </summary>
/// <param name="path">The program's file.</param>
internal sealed partial class ServeProgram(string path)
{
    private readonly Dictionary<string, bool> _known = [];

    /// <summary>The command line that serves a directory with those of the options that it knows.</summary>
    public string Serve(string directory, string options) =>
        $"'{path}' serve '{directory}' --log-level warning {Known(directory, options)}";

    /// <summary>Those of some options that the program takes, as its own check of them tells.</summary>
    public string Known(string directory, string options) => string.Join(
        ' ', Groups().Split(options.Trim()).Where(group => group.Length > 0 && Takes(directory, group)));

    /// <summary>White space before an option: what follows it belongs to it.</summary>
    [GeneratedRegex(@"\s+(?=-)")]
    private static partial Regex Groups();

    private bool Takes(string directory, string option)
    {
        if (_known.TryGetValue(option, out bool isKnown))
        {
            return isKnown;
        }
        var start = new ProcessStartInfo("bash", ["-c", $"'{path}' --validate '{directory}' {option} 2>&1"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        isKnown = process.ExitCode == 0;
        if (!isKnown)
        {
            Console.Error.WriteLine($"{path} runs without {option}: {said}");
        }
        return _known[option] = isKnown;
    }
}
