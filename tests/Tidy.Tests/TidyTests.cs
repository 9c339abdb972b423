using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Straightwire.Tidy.Tests;

/// <summary>The measurable rules of the project's style. Each message says what to do instead.</summary>
[TestFixture]
public sealed partial class TidyTests
{
    private const int FunctionLinesMax = 70;
    private const int FileLinesMax = 500;
    private const int LineCharactersMax = 110;

    private static readonly string[] TopLevel =
    [
        "Appliance", "Stack", "Protocols", "content", "config", "tests", "Dockerfile", "build.ps1",
        "README.md", "CHANGELOG.md", "LICENSE", "BannedSymbols.txt", "global.json", "Straightwire.slnx",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
    ];

    [Test]
    public void The_repository_has_sources_to_check() =>
    Assert.That(Repository.Sources, Has.Count.GreaterThan(30));

    [Test]
    public void Functions_have_at_most_seventy_lines() => Check(
        from source in Repository.Sources
        from member in MemberScanner.Scan(source)
        where member.LineCount > FunctionLinesMax
        select $"{source.Name}:{member.FirstLine}: {member.LineCount} lines; leave the switch here and move "
            + "the work to functions named for what they do");

    [Test]
    public void Files_have_at_most_five_hundred_lines() => Check(
        from source in Repository.Sources
        where source.Lines.Length > FileLinesMax + 1
        select $"{source.Name}: {source.Lines.Length - 1} lines; split it by concern");

    [Test]
    public void Lines_have_at_most_one_hundred_and_ten_characters() => Check(
        from source in Repository.Sources
        from i in Enumerable.Range(0, source.Lines.Length)
        where source.Lines[i].Length > LineCharactersMax
        select $"{source.Name}:{i + 1}: {source.Lines[i].Length} characters; break it where the "
            + "structure breaks");

    [Test]
    public void Lines_have_no_tab_and_no_blank_at_their_end() => Check(
        from source in Repository.Sources
        from i in Enumerable.Range(0, source.Lines.Length)
        let line = source.Lines[i]
        where line.Contains('\t') || line != line.TrimEnd()
        select $"{source.Name}:{i + 1}: indent with spaces, and let nothing follow the last "
            + "character (run dotnet format)");

    [Test]
    public void Every_namespace_is_its_folder() => Check(
        from source in Repository.Sources
        let found = Namespace().Match(source.Code).Groups[1].Value
        let expected = ExpectedNamespace(source.Name)
        where found != expected && source.Code.AsSpan().ContainsAnyExcept(" \n")
        select $"{source.Name}: its namespace is '{found}'; write 'namespace {expected};' or move the file");

    [Test]
    public void Unsafe_code_has_one_address() => Check(
        from source in Repository.Sources
        where !source.Name.StartsWith("Appliance/Devices/", StringComparison.Ordinal)
        let match = UnsafeCode().Match(source.Code)
        where match.Success
        select $"{source.Name}:{source.LineOf(match.Index)}: '{match.Value}'; put it behind a safe method in "
            + "Appliance/Devices and call that");

    [Test]
    public void Only_the_devices_project_allows_unsafe_blocks() => Check(
        from file in Repository.OtherTexts
        where Path.GetExtension(file) is ".csproj" or ".props"
            && !Repository.Relative(file).StartsWith("Appliance/Devices/", StringComparison.Ordinal)
        where XDocument.Load(file).Descendants("AllowUnsafeBlocks").Any(e => e.Value != "false")
        select $"{Repository.Relative(file)}: drop AllowUnsafeBlocks; unsafe code goes to Appliance/Devices");

    [Test]
    public void No_work_is_left_as_a_remark() => Check(
        from text in AllTexts()
        let match = LeftWork().Match(text.Text)
        where match.Success
        select $"{text.Name}:{text.LineOf(match.Index)}: '{match.Value}'; do it now, or file an issue "
            + "and drop the remark");

    [Test]
    public void No_text_names_a_place_on_one_machine() => Check(
        from text in AllTexts()
        let match = MachinePlace().Match(text.Text)
        where match.Success
        select $"{text.Name}:{text.LineOf(match.Index)}: '{match.Value}'; use a path from the "
            + "repository's root or a temporary directory");

    [Test]
    public void Test_names_are_sentences() => Check(
        from source in Repository.Sources
        where source.Name.StartsWith("tests/", StringComparison.Ordinal)
        from match in TestMethod().Matches(source.Code)
        let name = match.Groups[1].Value
        where !Sentence().IsMatch(name)
        select $"{source.Name}:{source.LineOf(match.Index)}: '{name}'; say in a sentence what holds, "
            + "with underscores: A_fin_after_data_is_acknowledged");

    [Test]
    public void The_top_level_holds_only_what_the_design_gives_it() => Check(
        from path in Directory.EnumerateFileSystemEntries(Repository.Root)
        let name = Path.GetFileName(path)
        where !name.StartsWith('.') && !TopLevel.Contains(name)
            && !Repository.OutputDirectories.Contains(name) && Path.GetExtension(name) is not ".pcapng"
        select $"{name}: move it into Appliance, Stack, Protocols, content, config or tests, or make it "
            + "a dot file");

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(unsafe|DllImport|LibraryImport|Marshal)\b|\bUnsafe\.")]
    private static partial Regex UnsafeCode();

    // The bracket keeps the words out of this file's own text.
    [GeneratedRegex("(?i:T[O]DO|F[I]XME)|X[X]X")]
    private static partial Regex LeftWork();

    [GeneratedRegex("(?<![A-Za-z0-9.])/(?:w[o]rk|r[o]ot|h[o]me)/[a-z]")]
    private static partial Regex MachinePlace();

    [GeneratedRegex(@"\[(?:Test|TestCase|TestCaseSource|FsCheck)\b[^{;]*?\b(?:void|Task)\s+(\w+)\s*\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("^[A-Z0-9][A-Za-z0-9]*(_[A-Za-z0-9]+){2,}$")]
    private static partial Regex Sentence();

    private static IEnumerable<SourceFile> AllTexts() =>
        Repository.Sources.Concat(Repository.OtherTexts.Select(f => new SourceFile(f)));

    /// <summary>The nearest project's root namespace, and the folders from there.</summary>
    private static string ExpectedNamespace(string name)
    {
        string file = Path.Combine(Repository.Root, name);
        for (string directory = Path.GetDirectoryName(file)!; ; directory = Path.GetDirectoryName(directory)!)
        {
            if (Directory.EnumerateFiles(directory, "*.csproj").FirstOrDefault() is { } project)
            {
                string root = XDocument.Load(project).Descendants("RootNamespace").FirstOrDefault()?.Value
                    ?? Path.GetFileNameWithoutExtension(project);
                string folders = Path.GetRelativePath(directory, Path.GetDirectoryName(file)!);
                return folders == "." ? root : $"{root}.{folders.Replace(Path.DirectorySeparatorChar, '.')}";
            }
        }
    }

    private static void Check(IEnumerable<string> faults) =>
        Assert.That(string.Join('\n', faults), Is.Empty);
}
