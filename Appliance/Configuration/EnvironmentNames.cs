namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Variables of the environment that look like configuration and are none: with one underscore where two are
/// read.
/// </summary>
public static class EnvironmentNames
{
    private const string Prefix = "STRAIGHTWIRE";

    // What lab sets for its COMMAND, and one image of the program for the next.
    private static readonly string[] OurOwn =
        ["STRAIGHTWIRE_URL", "STRAIGHTWIRE_PID", "STRAIGHTWIRE_HANDOVER"];

    /// <summary>A sentence for each variable that somebody seems to have meant.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<string> names, KeyTree tree) =>
        from name in names.Order(StringComparer.Ordinal)
        where name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && !name.StartsWith(ConfigurationSources.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)
            && !OurOwn.Contains(name, StringComparer.OrdinalIgnoreCase)
        let meant = Suggestions.Spelled(name[Prefix.Length..], tree) ?? "/http/port"
        select $"environment: {name} is not read: names have two underscores between their parts, as "
            + NameOf(meant);

    /// <summary>The variable that sets a key, which is given as a pointer.</summary>
    public static string NameOf(string pointer) =>
        Prefix + pointer.Replace("/", "__", StringComparison.Ordinal).ToUpperInvariant();
}
