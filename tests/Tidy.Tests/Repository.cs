namespace Straightwire.Tidy.Tests;

/// <summary>
/// The files that a person wrote: everything but build output and what git keeps for itself.
/// </summary>
internal static class Repository
{
    /// <summary>Names of directories that builds and runs write to.</summary>
    public static readonly string[] OutputDirectories =
        ["bin", "obj", "artifacts", "TestResults", "logs"];

    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All C# sources.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. Files(Root).Where(f => Path.GetExtension(f) is ".cs").Select(f => new SourceFile(f))];

    /// <summary>Texts of other kinds that rules about words hold for.</summary>
    public static IEnumerable<string> OtherTexts { get; } =
        [.. Files(Root).Where(f =>
            Path.GetExtension(f) is ".csproj" or ".props" or ".ps1" or ".md" or ".mjs" or ".json"
                or ".conf" or ".lua"
            || Path.GetFileName(f) is "Dockerfile" or "run")];

    /// <summary>A path as people write it: from the root, with slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Files(string directory)
    {
        foreach (string file in Directory.EnumerateFiles(directory))
        {
            yield return file;
        }
        foreach (string child in Directory.EnumerateDirectories(directory))
        {
            string name = Path.GetFileName(child);
            if (name is ".ci" || (!OutputDirectories.Contains(name) && !name.StartsWith('.')))
            {
                foreach (string file in Files(child))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot()
    {
        for (string? d = AppContext.BaseDirectory; d is not null; d = Path.GetDirectoryName(d))
        {
            if (File.Exists(Path.Combine(d, "Straightwire.slnx")))
            {
                return d;
            }
        }
        throw new InvalidOperationException(
            "The tests stand below the directory that holds Straightwire.slnx.");
    }
}
