namespace Straightwire.Appliance.Configuration;

/// <summary>Where the content directory is.</summary>
public static class ContentDirectory
{
    /// <summary>Whether there is one of this name.</summary>
    public static bool Exists(string name) => name.Length > 0 && Find(name) is not null;

    /// <summary>
    /// The full path of a directory named from the working directory, or else from beside the program; null
    /// when there is none.
    /// </summary>
    public static string? Find(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }
        string here = Path.GetFullPath(name);
        if (Directory.Exists(here))
        {
            return here;
        }
        string beside = Path.GetFullPath(name, AppContext.BaseDirectory);
        return Directory.Exists(beside) ? beside : null;
    }
}
