using Straightwire.Appliance.Configuration;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Logs;

/// <summary>Where a log is: what has to be there, and what a sandbox lets be done.</summary>
public static class LogPlace
{
    /// <summary>
    /// Makes a file, and its directory, and opens it for writing; so that nobody waits for lines of a log
    /// that nobody writes.
    /// </summary>
    /// <exception cref="IOException">That cannot be done.</exception>
    public static void Touch(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
            using FileStream opened = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The log {file} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>
    /// Why a file can be no log: its directory is not there, or everybody reads what is in it; null when it
    /// can as far as its place tells.
    /// </summary>
    /// <param name="file">The file; null: none is named.</param>
    /// <param name="content">The content's directory; null: there is none.</param>
    public static string? Fault(string? file, string? content)
    {
        if (file is null)
        {
            return null;
        }
        if (NamedFile.Fault(file, makesDirectory: false) is { } fault)
        {
            return fault;
        }
        string directory = RealPath(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
        return content is not null && IsWithin(directory, RealPath(Path.GetFullPath(content)))
            ? $"{file} is in the content, and would be served: name a file elsewhere"
            : null;
    }

    /// <summary>A log's directory, in which it is rolled; a device is itself.</summary>
    public static SandboxRule RuleOf(string file) =>
        file.StartsWith("/dev/", StringComparison.Ordinal)
            ? new(file, SandboxAccess.ReadWrite)
            : new(Path.GetDirectoryName(file) ?? "/", SandboxAccess.Append);

    private static bool IsWithin(string directory, string root) =>
        directory == root || directory.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    // A directory without the links on the way to it.
    private static string RealPath(string directory)
    {
        string? parent = Path.GetDirectoryName(directory);
        if (parent is null)
        {
            return directory;
        }
        string here = Path.Combine(RealPath(parent), Path.GetFileName(directory));
        return Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target
            ? RealPath(target.FullName)
            : here;
    }
}
