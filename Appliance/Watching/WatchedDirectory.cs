namespace Straightwire.Appliance.Watching;

/// <summary>
/// A directory of which the kernel tells what changes, under one number however many paths lead to it.
/// </summary>
/// <param name="number">The number of the watch.</param>
internal sealed class WatchedDirectory(int number)
{
    /// <summary>The number of the watch.</summary>
    public int Number => number;

    /// <summary>The paths of the content that it has.</summary>
    public List<WatchNode> Places { get; } = [];

    /// <summary>The links that lead through a name in it; null: none.</summary>
    public Dictionary<string, HashSet<WatchNode>>? Passing { get; private set; }

    /// <summary>Whether anything of the content depends on it.</summary>
    public bool IsUsed => Places.Count > 0 || Passing is not null;

    /// <summary>A link leads through a name in it.</summary>
    public void AddPassing(string name, WatchNode link)
    {
        Passing ??= new(StringComparer.Ordinal);
        if (!Passing.TryGetValue(name, out HashSet<WatchNode>? links))
        {
            Passing.Add(name, links = []);
        }
        links.Add(link);
    }

    /// <summary>It does so no more.</summary>
    public void RemovePassing(string name, WatchNode link)
    {
        if (Passing?.TryGetValue(name, out HashSet<WatchNode>? links) == true
            && links.Remove(link)
            && links.Count == 0
            && Passing.Remove(name)
            && Passing.Count == 0)
        {
            Passing = null;
        }
    }
}
