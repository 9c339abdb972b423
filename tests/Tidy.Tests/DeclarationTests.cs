using System.Text.Json;
using System.Text.RegularExpressions;

namespace Straightwire.Tidy.Tests;

/// <summary>What is declared at one place is not said again at another.</summary>
[TestFixture]
public sealed partial class DeclarationTests
{
    private static readonly SourceFile[] Product =
    [
        .. from source in Repository.Sources
           where source.Name.Split('/')[0] is "Stack" or "Protocols" or "Appliance"
           select source,
    ];

    private static readonly (SourceFile Source, Match Field)[] Counters =
    [
        .. from source in Product
           where source.Name.EndsWith("Counters.cs", StringComparison.Ordinal)
           from field in CounterField().Matches(source.Code)
           select (source, field),
    ];

    [Test]
    public void A_counter_is_declared_once()
    {
        Assert.That(Counters, Has.Length.GreaterThan(150), "there are counters to look at");
        Assert.That(
            string.Join('\n', Undeclared().Concat(Elsewhere()).Concat(NamedAgain())), Is.Empty);
    }

    /// <summary>
    /// What a key is, what it may be and what it is by default is said at the property that is used.
    /// </summary>
    [Test]
    public void A_key_is_declared_once()
    {
        (SourceFile Source, Match Property)[] keys =
        [
            .. from source in Product
               from property in Property().Matches(source.Text)
               where property.Groups["key"].Success
               select (source, property),
        ];
        HashSet<string> defaults =
        [
            .. from key in keys
               where key.Property.Groups["default"].Success
               select DeclarationOf(key.Property),
        ];
        Assert.That(keys, Has.Length.GreaterThan(120), "there are keys to look at");
        IEnumerable<string> again =
            from key in keys
            group key by DeclarationOf(key.Property) + key.Property.Groups["key"].Value into same
            from other in same.Skip(1)
            select $"{Place(other.Source, other.Property)}: this is the key at "
                + $"{Place(same.First().Source, same.First().Property)}; use the record that has it";
        // But for devices, which tests make too, without keys.
        IEnumerable<string> shadows =
            from source in Product
            where !source.Name.StartsWith("Appliance/Devices/", StringComparison.Ordinal)
            from property in Property().Matches(source.Text)
            where !property.Groups["key"].Success && defaults.Contains(DeclarationOf(property))
            select $"{Place(source, property)}: a key has this name and this default; use the record that "
                + "declares it";
        Assert.That(string.Join('\n', again.Concat(shadows)), Is.Empty);
    }

    private static string DeclarationOf(Match property) =>
        $"{property.Groups["name"].Value}{property.Groups["default"].Value}";

    private static IEnumerable<string> Undeclared() =>
        from counter in Counters
        let before = counter.Source.Code[..counter.Field.Index].TrimEnd()
        where !before.EndsWith(']') || !before[before.LastIndexOf('[')..].StartsWith("[Counter(")
        select $"{Place(counter.Source, counter.Field)}: '{counter.Field.Groups[1].Value}' is told nowhere; "
            + "write [Counter(\"What is counted.\")] above it";

    private static IEnumerable<string> Elsewhere() =>
        from source in Product
        from type in CounterClass().Matches(source.Code)
        let file = type.Groups[1].Value + ".cs"
        where Path.GetFileName(source.Name) != file
        select $"{Place(source, type)}: counters have files of their own; move these to {file}";

    private static IEnumerable<string> NamedAgain()
    {
        HashSet<string> prefixes =
        [
            .. from source in Product
               from table in Table().Matches(source.Text)
               select table.Groups[1].Value,
        ];
        HashSet<string> names =
        [
            .. from prefix in prefixes
               from counter in Counters
               let name = JsonNamingPolicy.SnakeCaseLower.ConvertName(counter.Field.Groups[1].Value)
               select $"{prefix}_{name}",
        ];
        Assert.That(prefixes, Has.Count.GreaterThan(5), "there are tables to look at");
        return
            from source in Product
            // The one is told of names, the other reads what was told.
            where source.Name is not ("Protocols/Metrics/MetricsText.cs"
                or "Appliance/Services/Metrics/StatusReport.cs")
            from literal in Name().Matches(source.Text)
            where literal.Groups[1].Success || names.Contains(literal.Groups[2].Value)
            select $"{Place(source, literal)}: {literal.Value} is made of a counter's field; drop it here";
    }

    private static string Place(SourceFile source, Match match) =>
        $"{source.Name}:{source.LineOf(match.Index)}";

    [GeneratedRegex(@"public (?:long|readonly CounterSet) (\w+)\s*[;=]")]
    private static partial Regex CounterField();

    [GeneratedRegex("""
        (?:\[Key\((?<key>(?:[^")]|"(?:[^"\\]|\\.)*"|\([^)]*\))*)\)\]\s+)?
        public \ (?:required \ )?[\w<>?\[\]]+ \ (?<name>\w+) \ \{\ get; \ init; \ \}
        (?:(?<default> \ = \ (?!new\(\)|\[\])[^;]+);)?
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Property();

    [GeneratedRegex(@"\bclass (\w+Counters)\b")]
    private static partial Regex CounterClass();

    [GeneratedRegex(@"\bCounterTable\.Of\(""(\w+)""")]
    private static partial Regex Table();

    [GeneratedRegex("""
        "(?:(straightwire_\w*)|([a-z]+(?:_[a-z0-9]+)+?)(?:_total)?)"
        """)]
    private static partial Regex Name();
}
