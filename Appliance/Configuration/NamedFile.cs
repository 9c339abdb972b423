namespace Straightwire.Appliance.Configuration;

/// <summary>A file that a key names, looked at for what it is to be.</summary>
public static class NamedFile
{
    /// <summary>Why it cannot be written; null when it can as far as its place tells.</summary>
    /// <param name="path">The file; null: the key names none.</param>
    /// <param name="makesDirectory">Its directory is made when there is none.</param>
    public static string? Fault(string? path, bool makesDirectory)
    {
        if (path is null)
        {
            return null;
        }
        if (path.Length == 0)
        {
            return "it is empty: name a file, or leave the key out";
        }
        if (Directory.Exists(path))
        {
            return $"{path} is a directory: name a file in it";
        }
        string parent = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (File.Exists(parent))
        {
            return $"{parent} is a file, and no directory that {Path.GetFileName(path)} could be in";
        }
        return makesDirectory || Directory.Exists(parent) ? null : $"there is no directory {parent} for it";
    }
}
