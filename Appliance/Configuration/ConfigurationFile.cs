using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// The file that a configuration was read from, and what it looked like then. Its status alone is asked,
/// which a sandbox that lets no other file be read allows.
/// </summary>
/// <param name="Path">The full path.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When its bytes changed last.</param>
public sealed record ConfigurationFile(string Path, long Length, DateTime Modified)
{
    /// <summary>The file of a configuration, as it is now; null when there was none.</summary>
    public static ConfigurationFile? Of(IConfigurationRoot configuration) => configuration.Providers
        .OfType<JsonConfigurationProvider>()
        .Select(json => json.Source.FileProvider?.GetFileInfo(json.Source.Path ?? "").PhysicalPath)
        .OfType<string>()
        .Select(Now)
        .FirstOrDefault();

    /// <summary>What is to be said of the file since then; null when it is the same.</summary>
    public string? Difference()
    {
        if (!File.Exists(Path))
        {
            return $"The configuration {Path} is not there, or out of reach";
        }
        return Now(Path) == this
            ? null
            : $"The configuration {Path} was written since the server started, and is read at a start alone: "
                + "restart to use it";
    }

    private static ConfigurationFile Now(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? new ConfigurationFile(path, file.Length, file.LastWriteTimeUtc)
            : new ConfigurationFile(path, -1, default);
    }
}
