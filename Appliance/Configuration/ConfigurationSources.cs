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
        fault = null;
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
        catch (FileNotFoundException)
        {
            fault = new ConfigurationFault(file!, "", "there is no such file");
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException
            or UnauthorizedAccessException)
        {
            fault = new ConfigurationFault(file!, "", e.GetBaseException().Message);
        }
        return null;
    }

    /// <summary>How a fault names the source of its value.</summary>
    public static string NameOf(IConfigurationProvider provider) => provider switch
    {
        JsonConfigurationProvider json => json.Source.Path ?? "file",
        EnvironmentVariablesConfigurationProvider => "environment",
        _ => "command line",
    };
}
