using System.Diagnostics;

namespace Straightwire.Benchmarks.Paths;

/// <summary>The relay at work in a namespace: until its input ends, however this process ends.</summary>
internal sealed class RunningRelay : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it and waits until frames pass.</summary>
    /// <param name="command">The program with its settings and interfaces.</param>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public RunningRelay(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        if (_process.StandardOutput.ReadLine() != "ready")
        {
            _process.WaitForExit();
            throw new InvalidOperationException($"no relay: {string.Join(' ', command)}");
        }
    }

    /// <summary>Compiles the relay's sources into a directory and returns the program.</summary>
    /// <exception cref="InvalidOperationException">The compiler failed.</exception>
    public static string Compile(string directory)
    {
        string program = Path.Combine(directory, "relay");
        string[] sources = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "relay"), "*.c");
        using var compiler = Process.Start("gcc", ["-std=gnu17", "-O2", "-Wall", "-o", program, .. sources]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException("gcc failed");
    }

    /// <summary>Ends it and returns what it has counted.</summary>
    public RelayReport End()
    {
        _process.StandardInput.Close();
        string text = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return RelayReport.Read(text);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
