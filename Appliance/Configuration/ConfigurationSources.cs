using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Where configuration comes from, later ones first in force: a JSON file, the environment, the command
/// line.
/// </summary>
public static class ConfigurationSources
{
    /// <summary>
    /// What the names of environment variables begin with; "__" stands between section and key.
    /// </summary>
    public const string EnvironmentPrefix = "STRAIGHTWIRE__";

    /// <summary>Builds the configuration; null, with the fault, when the file cannot be read.</summary>
    /// <param name="defaults">What stands instead of the options' own defaults.</param>
    /// <param name="file">A JSON file in which comments and trailing commas are allowed; null: none.</param>
    /// <param name="overrides">Keys (with ':' between the parts) and values of the command line.</param>
    /// <param name="fault">What is wrong with the file.</param>
    public static IConfigurationRoot? TryBuild(
        Dictionary<string, string?> defaults,
        string? file,
        Dictionary<string, string?> overrides,
        out ConfigurationFault? fault)
    {
        fault = file is null ? null : FaultOf(file);
        if (fault is not null)
        {
            return null;
        }
        IConfigurationBuilder builder = new ConfigurationBuilder().AddInMemoryCollection(defaults);
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddInMemoryCollection(overrides);
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException
            or UnauthorizedAccessException)
        {
            fault = new ConfigurationFault(file!, "", e.GetBaseException().Message);
        }
        return null;
    }

    /// <summary>The files that a configuration was read from, by their full paths.</summary>
    public static IEnumerable<string> FilesOf(IConfiguration configuration) =>
        (configuration as IConfigurationRoot)?.Providers
            .OfType<JsonConfigurationProvider>()
            .Select(json => json.Source.FileProvider?.GetFileInfo(json.Source.Path ?? "").PhysicalPath)
            .OfType<string>()
            ?? [];

    /// <summary>How a fault names the source of its value; null: no source has one.</summary>
    public static string NameOf(IConfigurationProvider? provider) => provider switch
    {
        null => "defaults",
        JsonConfigurationProvider json => json.Source.Path ?? "file",
        EnvironmentVariablesConfigurationProvider => "environment",
        _ => "command line",
    };

    /// <summary>Where a key stands in the file that a provider has read; null where there is none.</summary>
    public static string? PlaceOf(IConfigurationProvider? provider, string key)
    {
        if (provider is not JsonConfigurationProvider { Source: { Path: { } name, FileProvider: { } files } })
        {
            return null;
        }
        try
        {
            string path = files.GetFileInfo(name).PhysicalPath ?? name;
            return JsonPlaces.Read(File.ReadAllBytes(path), out _).Of(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What keeps a file from being a configuration; null when nothing does.</summary>
    private static ConfigurationFault? FaultOf(string file)
    {
        if (file.Length == 0)
        {
            return new("--config", "", "it is empty: name a JSON file");
        }
        if (Directory.Exists(file))
        {
            return new(file, "", "it is a directory: name the JSON file in it");
        }
        if (!File.Exists(file))
        {
            return new(file, "", "there is no such file");
        }
        try
        {
            _ = JsonPlaces.Read(File.ReadAllBytes(file), out (string Place, string Message)? fault);
            return fault is var (place, message) ? new(file, "", message) { Place = place } : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(file, "", e.Message);
        }
    }
}
