using System.Collections;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Native;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Devices.Processes;

/// <summary>
/// This program, executed again in the same process: same identity, arguments, streams and directory, and
/// with descriptors and a text that the first image leaves to it.
/// </summary>
public static class NextImage
{
    /// <summary>The environment variable that has the number of the text's descriptor.</summary>
    public const string Variable = "STRAIGHTWIRE_HANDOVER";

    private const string MemoryFileName = "straightwire handover";

    /// <summary>Puts a text into memory that a descriptor stands for.</summary>
    /// <exception cref="SandboxException">The kernel gives none.</exception>
    public static int Leave(ReadOnlySpan<byte> text)
    {
        int descriptor = Syscalls.MemoryFile(MemoryFileName, Syscalls.MemoryFileCloseOnExec);
        if (descriptor < 0)
        {
            throw new SandboxException(
                $"The kernel gives no memory file: {NativeError.Describe(NativeError.Last)}. " +
                "Start with --no-sandbox.");
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        RandomAccess.Write(handle, text, fileOffset: 0);
        return descriptor;
    }

    /// <summary>Executes the program again; returns only when that fails, with the reason.</summary>
    /// <param name="text">What <see cref="Leave"/> gave.</param>
    /// <param name="descriptors">What else stays open.</param>
    /// <param name="settings">Variables of the environment that it gets besides.</param>
    public static string Execute(
        int text, IEnumerable<int> descriptors, params IEnumerable<(string Name, string Value)> settings)
    {
        foreach (int descriptor in descriptors.Append(text))
        {
            _ = Syscalls.FileControl(descriptor, Syscalls.SetDescriptorFlags, 0);
        }
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            environment[(string)pair.Key] = (string?)pair.Value ?? "";
        }
        foreach ((string name, string value) in settings)
        {
            environment[name] = value;
        }
        environment[Variable] = FormattableString.Invariant($"{text}");
        return ProcessControl.Execute(
            Environment.ProcessPath ?? "/proc/self/exe",
            Arguments(),
            environment.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    /// <summary>
    /// The program's arguments as the kernel has them: the runtime keeps back the assembly's name when dotnet
    /// starts it.
    /// </summary>
    public static string[] Arguments() =>
        Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0');

    /// <summary>
    /// What the image before left, and null in a first one. The variable is taken from the environment.
    /// </summary>
    public static byte[]? Take()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), out int descriptor))
        {
            return null;
        }
        Environment.SetEnvironmentVariable(Variable, null);
        // Somebody's own variable, and not an image's: no descriptor of a memory file is behind it.
        const string OwnName = "/memfd:" + MemoryFileName;
        string link = FormattableString.Invariant($"/proc/self/fd/{descriptor}");
        if (new FileInfo(link).LinkTarget?.StartsWith(OwnName, StringComparison.Ordinal) != true)
        {
            return null;
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        byte[] text = new byte[RandomAccess.GetLength(handle)];
        _ = RandomAccess.Read(handle, text, fileOffset: 0);
        return text;
    }
}
