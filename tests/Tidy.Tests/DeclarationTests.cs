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
            where source.Name != "Protocols/Metrics/MetricsText.cs"
            from literal in Name().Matches(source.Text)
            where literal.Groups[1].Success || names.Contains(literal.Groups[2].Value)
            select $"{Place(source, literal)}: {literal.Value} is made of a counter's field; drop it here";
    }

    private static string Place(SourceFile source, Match match) =>
        $"{source.Name}:{source.LineOf(match.Index)}";

    [GeneratedRegex(@"public (?:long|readonly CounterSet) (\w+)\s*[;=]")]
    private static partial Regex CounterField();

    [GeneratedRegex(@"\bclass (\w+Counters)\b")]
    private static partial Regex CounterClass();

    [GeneratedRegex(@"\bCounterTable\.Of\(""(\w+)""")]
    private static partial Regex Table();

    [GeneratedRegex("""
        "(?:(straightwire_\w*)|([a-z]+(?:_[a-z0-9]+)+?)(?:_total)?)"
        """)]
    private static partial Regex Name();
}
