using System.Globalization;

namespace Straightwire.Appliance.Sandbox;

/// <summary>
/// The socket and the pipes that the runtime has in the temporary directory for profilers and debuggers of
/// this process. It removes them when it ends. A process that executes another program does not end, so that
/// they would stay for good, and would be in the way of an image that makes them anew under the same names.
/// </summary>
public static class DiagnosticFiles
{
    // The 22nd field of /proc/PID/stat is the start in ticks; counted from behind the parenthesis that closes
    // the program's name, which may have spaces in it.
    private const int StartField = 22 - 3;

    /// <summary>Removes them; what cannot be removed stays.</summary>
    public static void Remove()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            foreach (string name in Names(Environment.ProcessId, File.ReadAllText("/proc/self/stat")))
            {
                File.Delete(Path.Combine(Path.GetTempPath(), name));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Clutter is no reason not to serve.
        }
    }

    /// <summary>
    /// The files' names, by the runtime's rule: process and start tell one process from all others.
    /// </summary>
    /// <param name="process">The process's number.</param>
    /// <param name="status">The text of its /proc/PID/stat.</param>
    public static IEnumerable<string> Names(int process, string status)
    {
        string start = status[(status.LastIndexOf(')') + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(StartField) ?? "";
        string key = string.Create(CultureInfo.InvariantCulture, $"{process}-{start}");
        return [$"dotnet-diagnostic-{key}-socket", $"clr-debug-pipe-{key}-in", $"clr-debug-pipe-{key}-out"];
    }
}
