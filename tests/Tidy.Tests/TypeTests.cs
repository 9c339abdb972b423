using System.Text.RegularExpressions;

namespace Straightwire.Tidy.Tests;

/// <summary>Where a type is found: in the file of its name.</summary>
[TestFixture]
public sealed partial class TypeTests
{
    private static readonly string[] Projects = ["Appliance/", "Protocols/", "Stack/"];

    [Test]
    public void A_file_has_one_public_type() => Assert.That(
        string.Join(
            '\n',
            from source in Repository.Sources
            where Projects.Any(project => source.Name.StartsWith(project, StringComparison.Ordinal))
            let types = PublicType().Matches(source.Code)
            where types.Count > 1
            select $"{source.Name}:{source.LineOf(types[1].Index)}: '{types[1].Groups[1].Value}'; give it a "
                + "file of its name"),
        Is.Empty);

    [Test]
    public void A_file_is_named_for_its_type_and_concern() => Assert.That(
        string.Join(
            '\n',
            from source in Repository.Sources
            where Projects.Any(project => source.Name.StartsWith(project, StringComparison.Ordinal))
            from match in PublicType().Matches(source.Code)
            let type = match.Groups[1].Value
            where Path.GetFileName(source.Name).Split('.')[0] != type
            select $"{source.Name}: it has '{type}'; name it {type}.cs, or {type}.Concern.cs for a part"),
        Is.Empty);

    [GeneratedRegex(
        @"^public (?:(?:static|sealed|readonly|partial|ref|abstract) )*"
            + @"(?:record struct|record|class|struct|interface|enum) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
