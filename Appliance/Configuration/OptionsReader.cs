using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Checks a configuration against <see cref="ApplianceOptions"/> key by key, so that all faults are told at
/// once, and
/// binds it when there is none.
/// </summary>
public sealed class OptionsReader
{
    /// <summary>Why reflection finds all of the options in a trimmed program.</summary>
    internal const string Rooted = "The program's assemblies are roots of the trimmer (Appliance.csproj).";

    /// <summary>The section that Serilog reads by itself.</summary>
    public const string SerilogSection = "serilog";

    private readonly IConfigurationRoot _configuration;
    private readonly List<ConfigurationFault> _faults = [];

    private OptionsReader(IConfigurationRoot configuration) => _configuration = configuration;

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
        var reader = new OptionsReader(configuration);
        reader.CheckSection(configuration.GetChildren(), typeof(ApplianceOptions), isRoot: true);
        faults = reader._faults;
        if (faults.Count > 0)
        {
            return null;
        }
        ApplianceOptions options = Bind(configuration) with { Kinds = kinds };
        foreach ((string key, string message) in OptionsRules.Check(options))
        {
            reader.Add(key, message);
        }
        return faults.Count == 0 ? options : null;
    }

    /// <summary>The options of a configuration that was read and checked before.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Rooted)]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = Rooted)]
    public static ApplianceOptions Bind(IConfiguration configuration) =>
        configuration.Get<ApplianceOptions>() ?? new ApplianceOptions();

    /// <summary>The name of a property in a configuration file.</summary>
    public static string KeyOf(PropertyInfo property) => CamelCase(property.Name);

    /// <summary>Whether a type is a section with keys of its own.</summary>
    public static bool IsSection(Type type) =>
        type.Namespace?.StartsWith(nameof(Straightwire), StringComparison.Ordinal) == true
        && type.IsClass && !type.IsArray;

    /// <summary>The keys of a section.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Rooted)]
    public static PropertyInfo[] PropertiesOf(Type section) =>
        [
            .. section.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null),
        ];

    private void CheckSection(IEnumerable<IConfigurationSection> children, Type type, bool isRoot = false)
    {
        PropertyInfo[] properties = PropertiesOf(type);
        foreach (IConfigurationSection child in children)
        {
            if (isRoot && child.Key.ToLowerInvariant() is "$schema" or SerilogSection)
            {
                continue;
            }
            PropertyInfo? property = properties.FirstOrDefault(
                p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                Add(child.Path, "unknown key" + Suggestions.For(child.Key, type));
            }
            else if (IsSection(property.PropertyType))
            {
                CheckSubsection(child, property.PropertyType);
            }
            else if (property.PropertyType.IsArray)
            {
                CheckList(child, property);
            }
            else
            {
                CheckValue(child, property, property.PropertyType);
            }
        }
    }

    /// <summary>
    /// A list's elements stand under 0, 1, 2 and so on, and sources may each give some of them.
    /// </summary>
    private void CheckList(IConfigurationSection section, PropertyInfo property)
    {
        Type element = property.PropertyType.GetElementType()!;
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0 && section.Value != "" && !(section.Value is null && IsNullable(property)))
        {
            Add(section.Path, $"{Quote(section.Value)} stands where an array is expected");
            return;
        }
        for (int i = 0; i < children.Length; i++)
        {
            if (children[i].Key != i.ToString(CultureInfo.InvariantCulture))
            {
                Add(children[i].Path, "no element of an array, which count from 0 without a gap");
                return;
            }
            if (IsSection(element))
            {
                CheckSubsection(children[i], element);
            }
            else
            {
                CheckValue(children[i], property, element);
            }
        }
        if (property.GetCustomAttribute<ItemLimitsAttribute>()?.Fault(children.Length) is { } fault)
        {
            Add(section.Path, fault);
        }
    }

    private void CheckSubsection(IConfigurationSection section, Type type)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Add(section.Path, $"'{section.Value}' is no object with keys of its own");
        }
        CheckSection(section.GetChildren(), type);
    }

    private void CheckValue(IConfigurationSection section, PropertyInfo property, Type declared)
    {
        if (section.GetChildren().Any())
        {
            Add(section.Path, "an object or array stands where one value is expected");
            return;
        }
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        string? text = section.Value;
        if (text is null)
        {
            if (property.PropertyType.IsArray || !IsNullable(property))
            {
                Add(section.Path, "null is no value for it");
            }
            return;
        }
        string? fault = type == typeof(string)
            ? property.GetCustomAttribute<TextFormatAttribute>()?.Fault(text)
            : FaultOf(text, type, property);
        if (fault is not null)
        {
            Add(section.Path, fault);
        }
    }

    private static string? FaultOf(string text, Type type, PropertyInfo property)
    {
        if (type.IsEnum)
        {
            string[] names = Enum.GetNames(type);
            return names.Contains(text, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"'{text}' is none of {string.Join(", ", names.Select(CamelCase))}"
                  + Suggestions.Among(text, names.Select(CamelCase));
        }
        object value;
        try
        {
            value = ConverterOf(type).ConvertFromInvariantString(text)!;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return $"'{text}' is no {NameOf(type)}";
        }
        return value switch
        {
            Duration duration => property.GetCustomAttribute<DurationLimitsAttribute>()?.Fault(duration),
            int number => property.GetCustomAttribute<LimitsAttribute>()?.Fault(number),
            long number => property.GetCustomAttribute<LimitsAttribute>()?.Fault(number),
            _ => null,
        };
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Rooted)]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = Rooted)]
    private static TypeConverter ConverterOf(Type type) => TypeDescriptor.GetConverter(type);

    private static string NameOf(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(Duration) => "duration: a number and us, ms, s, m or h, like \"10s\"",
        _ => "whole number in range",
    };

    private static string Quote(string? text) => text is null ? "null" : $"'{text}'";

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static bool IsNullable(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private void Add(string path, string message)
    {
        string pointer = "";
        foreach (string part in path.Split(ConfigurationPath.KeyDelimiter))
        {
            pointer += "/" + part
                .Replace("~", "~0", StringComparison.Ordinal)
                .Replace("/", "~1", StringComparison.Ordinal);
        }
        IConfigurationProvider? source = SourceOf(path);
        _faults.Add(new ConfigurationFault(ConfigurationSources.NameOf(source), pointer, message)
        {
            Place = ConfigurationSources.PlaceOf(source, path),
        });
    }

    /// <summary>
    /// The last provider that knows the key or something below it is the one whose value counts.
    /// </summary>
    private IConfigurationProvider? SourceOf(string path) => _configuration.Providers.LastOrDefault(
        provider => provider.TryGet(path, out _) || provider.GetChildKeys([], path).Any());
}
