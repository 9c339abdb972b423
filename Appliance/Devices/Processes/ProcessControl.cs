using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Processes;

/// <summary>
/// What the runtime does not do with processes: become another program, start one with the usual signals, ask
/// one to end.
/// </summary>
public static partial class ProcessControl
{
    private const int PipeSignal = 13;
    private const int TerminateSignal = 15;
    private const nint DefaultAction = 0;
    private const nint Ignore = 1;

    /// <summary>
    /// Replaces this process by another program (execve); its identity, standard
    /// streams, terminal and affinity stay. Returns only when that fails, with the reason.
    /// </summary>
    /// <param name="file">Full path of the program.</param>
    /// <param name="arguments">Its arguments, the name it goes by first.</param>
    /// <param name="environment">Name=value, each; null: this process's own.</param>
    public static string Execute(
        string file, IReadOnlyList<string> arguments, IEnumerable<string>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(pair => $"{pair.Key}={pair.Value}");
        _ = ExecuteProgram(file, [.. arguments, null], [.. environment, null]);
        return NativeError.Describe(NativeError.Last);
    }

    /// <summary>
    /// Starts a process that a closed pipe ends, as it would from a shell: the runtime ignores SIGPIPE, and
    /// what it starts inherits that.
    /// </summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        _ = SetAction(PipeSignal, DefaultAction);
        try
        {
            return Process.Start(start)!;
        }
        finally
        {
            _ = SetAction(PipeSignal, Ignore);
        }
    }

    /// <summary>Sends SIGTERM; a process that has ended already is no error.</summary>
    public static void Terminate(int process) => _ = Kill(process, TerminateSignal);

    [LibraryImport(
        "libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ExecuteProgram(string file, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
