using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Appliance.Options;

/// <summary>Makes <see cref="ApplianceOptions"/> of a configuration.</summary>
public static class OptionsReader
{
    /// <summary>The section that Serilog reads by itself.</summary>
    public const string SerilogSection = "serilog";

    /// <summary>All sections and keys.</summary>
    public static KeyTree Tree { get; } = new(
        OptionsJson.Readable.Options,
        new ApplianceOptions(),
        [new FtpUserSettings(), new SiteOptions(), new HeaderRule()],
        (SerilogSection, "What Serilog.Settings.Configuration reads: MinimumLevel, WriteTo and so on."));

    /// <summary>Reads the options; null when there are faults.</summary>
    public static ApplianceOptions? TryRead(
        IConfigurationRoot configuration, out IReadOnlyList<ConfigurationFault> faults) =>
        TryRead(configuration, ServiceCatalog.Kinds, out faults);

    /// <summary>The same for a program that has these services.</summary>
    public static ApplianceOptions? TryRead(
        IConfigurationRoot configuration,
        IReadOnlyList<ServiceKind> kinds,
        out IReadOnlyList<ConfigurationFault> faults)
    {
        ApplianceOptions? options = KeyReader.TryRead<ApplianceOptions>(
            Tree, configuration, read => OptionsRules.Check(read with { Kinds = kinds }), out faults);
        return options is null ? null : options with { Kinds = kinds };
    }

    /// <summary>The options of a configuration that was read and checked before.</summary>
    public static ApplianceOptions Bind(IConfigurationRoot configuration) =>
        KeyReader.TryRead<ApplianceOptions>(Tree, configuration, _ => [], out var faults)
        ?? throw new InvalidOperationException($"it was checked: {faults[0]}");
}
