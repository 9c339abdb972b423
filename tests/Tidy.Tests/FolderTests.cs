using System.Text.RegularExpressions;

namespace Straightwire.Tidy.Tests;

/// <summary>
/// What stands on what: a folder of a project imports folders beneath it, and none that imports it in turn. A
/// folder within a folder is a part of that one's room.
/// </summary>
[TestFixture]
public sealed partial class FolderTests
{
    private const string Top = "the top folder";

    [TestCase("Stack")]
    [TestCase("Protocols")]
    [TestCase("Appliance")]
    public void Folders_import_downwards(string project)
    {
        SourceFile[] sources =
        [
            // A project within a project has names of its own.
            .. Repository.Sources.Where(s => s.Name.StartsWith(project + "/", StringComparison.Ordinal)
                && s.Code.Contains($"namespace Straightwire.{project}", StringComparison.Ordinal)),
        ];
        // Types of the top folder are seen everywhere beneath without an import.
        HashSet<string> ofTop =
        [
            .. from source in sources
               where FolderOf(source) == Top
               from match in Declaration().Matches(source.Code)
               select match.Groups[1].Value,
        ];
        Dictionary<string, HashSet<string>> imports = sources
            .SelectMany(source => Imports(source, project, ofTop))
            .GroupBy(import => import.From, import => import.To)
            .ToDictionary(group => group.Key, group => group.ToHashSet());

        Assert.That(imports, Has.Count.GreaterThan(2), "there are folders to look at");
        Assert.That(
            string.Join('\n', imports.Keys.Where(folder => Reaches(imports, folder, folder)).Order()
                .Select(folder => $"{project}: {folder} is imported by what it imports; move what both need "
                    + "beneath them")),
            Is.Empty);
    }

    /// <summary>
    /// The parts of one room likewise. The room's own files put them together, and are seen by them without
    /// an import.
    /// </summary>
    [TestCase("Protocols", "Http")]
    public void Parts_of_a_folder_import_downwards(string project, string folder)
    {
        string begin = $"{project}/{folder}/";
        string name = $"Straightwire.{project}.{folder}.";
        Dictionary<string, HashSet<string>> imports = Repository.Sources
            .Where(source => source.Name.StartsWith(begin, StringComparison.Ordinal))
            .Select(source => (From: source.Name[begin.Length..].Split('/'), source.Code))
            .Where(source => source.From.Length > 1)
            .SelectMany(source => Import().Matches(source.Code)
                .Select(match => match.Groups[1].Value)
                .Where(import => import.StartsWith(name, StringComparison.Ordinal))
                .Select(import => (From: source.From[0], To: import[name.Length..].Split('.')[0])))
            .Where(import => import.To != import.From)
            .GroupBy(import => import.From, import => import.To)
            .ToDictionary(group => group.Key, group => group.ToHashSet());

        Assert.That(imports, Is.Not.Empty, "there are parts to look at");
        Assert.That(
            string.Join('\n', imports.Keys.Where(part => Reaches(imports, part, part)).Order()
                .Select(part => $"{begin}{part} is imported by what it imports; move what both need beneath "
                    + "them")),
            Is.Empty);
    }

    /// <summary>
    /// HTTP decides, a wire writes: how a version of HTTP names itself in a message is known to its wire, and
    /// the wire, in Protocols, to the services that put it together with who decides.
    /// </summary>
    [Test]
    public void Http1_is_named_only_in_its_wire()
    {
        const string Wire = "Protocols/Http/Wire1/";
        SourceFile[] sources =
        [
            .. from source in Repository.Sources
               where source.Name.StartsWith("Protocols/", StringComparison.Ordinal)
                   || source.Name.StartsWith("Stack/", StringComparison.Ordinal)
                   || source.Name.StartsWith("Appliance/", StringComparison.Ordinal)
               where !source.Name.StartsWith(Wire, StringComparison.Ordinal)
               select source,
        ];
        Assert.That(
            string.Join('\n',
                from source in sources
                let match = VersionOfMessage().Match(source.Text)
                where match.Success
                select $"{source.Name}:{source.LineOf(match.Index)}: decide here, and let {Wire} write it"),
            Is.Empty);
        Assert.That(
            string.Join('\n',
                from source in sources
                where source.Name.StartsWith("Protocols/", StringComparison.Ordinal)
                    && !source.Name.EndsWith("Service.cs", StringComparison.Ordinal)
                let match = ImportOfWire().Match(source.Code)
                where match.Success
                select $"{source.Name}:{source.LineOf(match.Index)}: take IHttpWire, and let a service "
                    + "choose the wire"),
            Is.Empty);
    }

    private static IEnumerable<(string From, string To)> Imports(
        SourceFile source, string project, HashSet<string> ofTop)
    {
        string from = FolderOf(source);
        foreach (Match match in Import().Matches(source.Code))
        {
            string[] parts = match.Groups[1].Value.Split('.');
            string to = parts.Length > 2 ? parts[2] : Top;
            if (parts[1] == project && to != from)
            {
                yield return (from, to);
            }
        }
        if (from != Top && Word().Matches(source.Code).Any(word => ofTop.Contains(word.Value)))
        {
            yield return (from, Top);
        }
    }

    private static bool Reaches(
        Dictionary<string, HashSet<string>> imports, string from, string to)
    {
        HashSet<string> seen = [];
        Stack<string> open = new([from]);
        while (open.TryPop(out string? folder))
        {
            foreach (string next in imports.GetValueOrDefault(folder, []))
            {
                if (next == to)
                {
                    return true;
                }
                if (seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }
        return false;
    }

    private static string FolderOf(SourceFile source)
    {
        string[] parts = source.Name.Split('/');
        return parts.Length > 2 ? parts[1] : Top;
    }

    [GeneratedRegex(@"^using (Straightwire[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Import();

    // As it stands in a message, and not in a sentence.
    [GeneratedRegex(@"""HTTP/1\.[01](?!\.)")]
    private static partial Regex VersionOfMessage();

    [GeneratedRegex(@"^using Straightwire\.Protocols\.Http\.Wire\d", RegexOptions.Multiline)]
    private static partial Regex ImportOfWire();

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
