namespace Straightwire.Appliance.Watching;

/// <summary>A name of the content that is a directory, or a link, or both, and how it is watched.</summary>
/// <param name="parent">The directory that it is in; null: it is the root.</param>
/// <param name="name">Its name there; empty for the root.</param>
internal sealed class WatchNode(WatchNode? parent, string name)
{
    /// <summary>The directory that it is in; null for the root.</summary>
    public WatchNode? Parent => parent;

    /// <summary>Its name there; empty for the root.</summary>
    public string Name => name;

    /// <summary>What is below it, as far as it is a directory or a link; null: nothing.</summary>
    public Dictionary<string, WatchNode>? Children { get; set; }

    /// <summary>As what it is watched; null: it is no directory, or cannot be watched.</summary>
    public WatchedDirectory? Directory { get; set; }

    /// <summary>It is a directory of which notices do not tell all.</summary>
    public bool IsPolled { get; set; }

    /// <summary>Its link leads through these names, in watched directories; null: it is no link.</summary>
    public HashSet<(WatchedDirectory Directory, string Name)>? Trail { get; set; }

    /// <summary>The number of the last scan that came to it as a directory.</summary>
    public long DirectorySeenBy { get; set; }

    /// <summary>The number of the last scan that came to it as a link.</summary>
    public long LinkSeenBy { get; set; }

    /// <summary>Its canonical path, without a final slash but of the root.</summary>
    public string Path => parent is null ? "/" : parent.PathOf(name);

    /// <summary>The canonical path of a name in it.</summary>
    public string PathOf(string child) => parent is null ? "/" + child : $"{Path}/{child}";
}
