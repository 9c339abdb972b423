using System.Diagnostics;
using System.Globalization;

namespace Straightwire.Benchmarks.Rig;

/// <summary>
/// A shell in a network namespace of its own, fed line by line. The namespace lives as long as the shell and
/// what it started, so nothing is left behind, however this process ends.
/// </summary>
internal sealed class NamespaceShell : IDisposable
{
    private const string EndMark = "@@end";
    private readonly Process _process;

    /// <summary>Starts it. As root without a user namespace; otherwise with one.</summary>
    public NamespaceShell()
    {
        string[] flags = Environment.IsPrivilegedProcess ? ["--net"] : ["--user", "--map-root-user", "--net"];
        var start = new ProcessStartInfo("unshare", [.. flags, "--", "bash"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("unshare did not start");
        Run("trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT; ulimit -n 100000; ip link set lo up");
    }

    /// <summary>
    /// Runs a command and returns what it wrote, both streams together.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// It ended with another status than 0, or the shell is gone.
    /// </exception>
    public string Run(string command)
    {
        _process.StandardInput.Write($"{{ {command}\n}} 2>&1 </dev/null; echo \"{EndMark} $?\"\n");
        _process.StandardInput.Flush();
        var lines = new List<string>();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            int end = line.IndexOf(EndMark, StringComparison.Ordinal);
            if (end < 0)
            {
                lines.Add(line);
                continue;
            }
            lines.Add(line[..end]);
            string output = string.Join('\n', lines).Trim();
            int status = int.Parse(line.AsSpan(end + EndMark.Length), CultureInfo.InvariantCulture);
            return status == 0
                ? output
                : throw new InvalidOperationException($"status {status}: {command}\n{output}");
        }
        throw new InvalidOperationException($"the shell ended: {command}\n{string.Join('\n', lines)}");
    }

    /// <summary>Ends the shell and what it started.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }
}
