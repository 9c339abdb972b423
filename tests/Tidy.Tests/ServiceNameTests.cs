using System.Text.RegularExpressions;

namespace Straightwire.Tidy.Tests;

/// <summary>
/// The fourth noun: what a service is stands in its folders. The catalogue has it, and the options' root its
/// section; everybody else loops over plans.
/// </summary>
[TestFixture]
public sealed partial class ServiceNameTests
{
    private const string Services = "Appliance/Services/";

    private static readonly string[] MayName =
    [
        "Appliance/Options/ServiceCatalog.cs", "Appliance/Options/ApplianceOptions.cs",

        // How the options' root is written as JSON, which the compiler has to be told type by type.
        "Appliance/Options/OptionsJson.cs", "Appliance/Options/OptionsReader.cs",

        // A file's heads are rendered once and packed beside its bytes.
        "Appliance/Content/GenerationBuilder.Files.cs",
    ];

    [Test]
    public void A_service_is_named_only_in_its_folders()
    {
        string[] names =
        [
            .. Repository.Sources
                .Select(source => source.Name)
                .Where(name => name.StartsWith(Services, StringComparison.Ordinal))
                .Select(name => name[Services.Length..].Split('/'))
                .Where(parts => parts.Length > 1)
                .Select(parts => parts[0])
                .Distinct(),
        ];
        Assert.That(names, Has.Length.GreaterThan(2), "there are services to look for");

        Assert.That(
            string.Join(
                '\n',
                from source in Repository.Sources
                where source.Name.StartsWith("Appliance/", StringComparison.Ordinal)
                    && !MayName.Contains(source.Name)
                from name in names
                where !source.Name.StartsWith($"{Services}{name}/", StringComparison.Ordinal)
                let match = Mention(name).Match(source.Text)
                where match.Success
                select $"{source.Name}:{source.LineOf(match.Index)}: '{match.Value}' is {name}'s: ask the "
                    + $"plans, or let {Services}{name}/ say it"),
            Is.Empty);
    }

    // Its types and its namespaces, a key of its section, and an option that is named for it. Texts of
    // metrics are everybody's, and what a schema or a URL is called is no service.
    private static Regex Mention(string name)
    {
        string key = name.ToLowerInvariant();
        return new Regex(
            $@"^using Straightwire\.(?:Protocols|Appliance\.Services)\.{name}\b(?!(?<=Protocols\.Metrics);)"
            + $@"|\boptions\.{name}\b"
            + $@"|\b{name}(?:Service|Options|Settings|Plan|Server|Handler|User|Right|Session|Counters)\b"
            + $@"|""{key}[:./]|[ (]{key}\.[a-z]\w+|--(?:no-)?{key}\b",
            RegexOptions.Multiline);
    }
}
