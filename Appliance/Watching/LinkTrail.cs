namespace Straightwire.Appliance.Watching;

/// <summary>The way that a path leads, link by link.</summary>
internal static class LinkTrail
{
    // The kernel follows no more (path_resolution(7)).
    private const int LinksMax = 40;

    /// <summary>
    /// Goes along a path as the kernel does, and tells of names before they are looked at, so that no change
    /// of them is missed.
    /// </summary>
    /// <param name="path">Absolute; what is not there ends the way.</param>
    /// <param name="within">
    /// A directory by its path without links, in and below which all names are told of; elsewhere links and
    /// the last name alone. Null: nowhere all.
    /// </param>
    /// <param name="pass">Told of the directory, by a path without links, and of a name in it.</param>
    public static void Follow(string path, string? within, Action<string, string> pass)
    {
        string at = "/";
        var ahead = new Stack<string>();
        Push(ahead, path);
        for (int links = 0; ahead.TryPop(out string? name);)
        {
            if (name == "..")
            {
                at = Path.GetDirectoryName(at) ?? "/";
                continue;
            }
            string next = Path.Combine(at, name);
            if (ahead.Count == 0 || IsWithin(at, within) || TargetOf(next) is not null)
            {
                pass(at, name);
            }
            if (TargetOf(next) is not { } target)
            {
                at = next;
                continue;
            }
            if (++links > LinksMax)
            {
                return;
            }
            at = Path.IsPathRooted(target) ? "/" : at;
            Push(ahead, target);
        }
    }

    private static bool IsWithin(string path, string? directory) => directory is not null
        && path.StartsWith(directory, StringComparison.Ordinal)
        && (path.Length == directory.Length || path[directory.Length] == '/');

    private static void Push(Stack<string> ahead, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".")
            {
                ahead.Push(names[i]);
            }
        }
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
