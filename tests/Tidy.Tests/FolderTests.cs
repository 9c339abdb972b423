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
            [.. Repository.Sources.Where(s => s.Name.StartsWith(project + "/", StringComparison.Ordinal))];
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

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
