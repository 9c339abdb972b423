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

    /// <summary>A log's directory, in which it is rolled; a device is itself.</summary>
    public static SandboxRule RuleOf(string file) =>
        file.StartsWith("/dev/", StringComparison.Ordinal)
            ? new(file, SandboxAccess.ReadWrite)
            : new(Path.GetDirectoryName(file) ?? "/", SandboxAccess.Append);
}
