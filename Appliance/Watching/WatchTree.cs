using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Watching;

/// <summary>
/// The directories and links of the content, and which watches of the kernel they have: of each directory
/// one, and of each link those of the directories that it leads through. For one thread at a time.
/// </summary>
/// <param name="watch">The kernel's notices; null: there are none, and everything is polled.</param>
internal sealed class WatchTree(DirectoryWatch? watch)
{
    private const long NoScan = -1;

    private readonly Dictionary<int, WatchedDirectory> _directories = [];
    private readonly Dictionary<ulong, bool> _isSilent = [];
    private readonly WatchNode _root = new(null, "");
    private long _scan;

    /// <summary>Directories that are polled: notices tell nothing of them, or not all.</summary>
    public int Polled { get; private set; }

    /// <summary>Directories that are watched.</summary>
    public int Watched => _directories.Count;

    /// <summary>Directories that are watched at most: a test's, beside the kernel's limit.</summary>
    public int WatchedMax { get; init; } = int.MaxValue;

    /// <summary>A directory has no watch because there are too few.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Whether the root is polled, and so everything.</summary>
    public bool IsRootPolled => _root.IsPolled;

    /// <summary>A scan begins.</summary>
    public void Begin() => _scan++;

    /// <summary>
    /// Everything is looked at, from the root's path on, of which each link and the last name are watched
    /// where they are.
    /// </summary>
    public void SetRoot(string path)
    {
        HashSet<(WatchedDirectory Directory, string Name)> trail = [];
        LinkTrail.Follow(path, within: null, (directory, name) =>
        {
            if (Watch(directory, isNamesOnly: true) is { } watched)
            {
                trail.Add((watched, name));
            }
        });
        SetTrail(_root, trail);
        _root.LinkSeenBy = _scan;
        IsShort = false;
    }

    /// <summary>A directory is about to be listed.</summary>
    public void AddDirectory(SafeFileHandle directory, string path, in FileStatus status)
    {
        WatchNode node = NodeOf(path.AsSpan().TrimEnd('/'));
        bool isSilent = IsSilent(directory, status.Device);
        int number = -1;
        FileOutcome outcome = FileOutcome.NoSpace;
        if (watch is not null && _directories.Count < WatchedMax)
        {
            number = watch.Add(directory, out outcome);
        }
        IsShort |= outcome.Result == FileResult.OutOfSpace;
        // Who may not read it serves nothing of it either.
        SetPolled(node, isSilent || (number < 0 && outcome.Result != FileResult.NotPermitted));
        WatchedDirectory? watched = number < 0 ? null : Know(number);
        if (watched != node.Directory)
        {
            WatchedDirectory? before = node.Directory;
            node.Directory = watched;
            watched?.Places.Add(node);
            before?.Places.Remove(node);
            Release(before);
        }
        node.DirectorySeenBy = _scan;
    }

    /// <summary>A link is about to be followed.</summary>
    /// <param name="path">Its canonical path.</param>
    /// <param name="at">Where it is on the storage, by a path without links.</param>
    /// <param name="root">Where the root is, likewise: above it, only links are of interest.</param>
    public void AddLink(string path, string at, string root)
    {
        WatchNode node = NodeOf(path);
        HashSet<(WatchedDirectory Directory, string Name)> trail = [];
        LinkTrail.Follow(at, root, (directory, name) =>
        {
            if (Watch(directory, isNamesOnly: false) is { } watched)
            {
                trail.Add((watched, name));
            }
        });
        SetTrail(node, trail);
        node.LinkSeenBy = _scan;
    }

    /// <summary>
    /// A path, and what is below it, was looked at: what no scan since <see cref="Begin"/> came to is gone.
    /// </summary>
    public void End(string path)
    {
        if (Find(path.AsSpan().TrimEnd('/')) is { } node && !Prune(node, _scan))
        {
            node.Parent?.Children?.Remove(path[(path.LastIndexOf('/') + 1)..]);
        }
    }

    /// <summary>A name in a directory is, and what is below it was, somewhere else.</summary>
    public void Forget(WatchNode parent, string name)
    {
        if (parent.Children?.Remove(name, out WatchNode? gone) == true)
        {
            _ = Prune(gone, NoScan);
        }
    }

    /// <summary>Whether notices tell all of a file that is no link.</summary>
    public bool IsWatched(string path) =>
        Find(path) is null
        && Find(path.AsSpan(0, path.LastIndexOf('/'))) is { Directory: not null, IsPolled: false };

    /// <summary>The directory of a watch; null when it is known no more.</summary>
    public WatchedDirectory? Find(int number) => _directories.GetValueOrDefault(number);

    /// <summary>The kernel watches a directory no more.</summary>
    public void Lose(WatchedDirectory directory)
    {
        _directories.Remove(directory.Number);
        foreach (WatchNode node in directory.Places)
        {
            node.Directory = null;
        }
        directory.Places.Clear();
    }

    /// <summary>The polled directories that are in no polled one, by canonical paths.</summary>
    public List<string> PolledTops()
    {
        var tops = new List<string>();
        var next = new Stack<WatchNode>([_root]);
        while (next.TryPop(out WatchNode? node))
        {
            if (node.IsPolled)
            {
                tops.Add(node.Path);
                continue;
            }
            foreach (WatchNode child in node.Children?.Values ?? Enumerable.Empty<WatchNode>())
            {
                next.Push(child);
            }
        }
        return tops;
    }

    private WatchedDirectory? Watch(string path, bool isNamesOnly)
    {
        if (watch is null || _directories.Count >= WatchedMax)
        {
            return null;
        }
        int number = watch.Add(path, isNamesOnly, out _);
        return number < 0 ? null : Know(number);
    }

    private WatchedDirectory Know(int number)
    {
        if (!_directories.TryGetValue(number, out WatchedDirectory? directory))
        {
            directory = new WatchedDirectory(number);
            _directories.Add(number, directory);
        }
        return directory;
    }

    private bool IsSilent(SafeFileHandle directory, ulong device)
    {
        if (!_isSilent.TryGetValue(device, out bool isSilent))
        {
            isSilent = SilentFileSystems.NameOf(directory) is not null;
            _isSilent[device] = isSilent;
        }
        return isSilent;
    }

    private void SetPolled(WatchNode node, bool isPolled)
    {
        Polled += (isPolled ? 1 : 0) - (node.IsPolled ? 1 : 0);
        node.IsPolled = isPolled;
    }

    // False when the node itself is gone.
    private bool Prune(WatchNode node, long scan)
    {
        if (node.LinkSeenBy != scan)
        {
            SetTrail(node, null);
        }
        foreach ((string name, WatchNode child) in node.Children ?? [])
        {
            if (!Prune(child, scan))
            {
                node.Children!.Remove(name);
            }
        }
        if (node.DirectorySeenBy != scan)
        {
            SetPolled(node, false);
            node.Directory?.Places.Remove(node);
            Release(node.Directory);
            node.Directory = null;
        }
        return node.DirectorySeenBy == scan || node.LinkSeenBy == scan;
    }

    // In this order: a watch that is needed on is never given up.
    private void SetTrail(WatchNode node, HashSet<(WatchedDirectory Directory, string Name)>? trail)
    {
        HashSet<(WatchedDirectory Directory, string Name)>? before = node.Trail;
        node.Trail = trail;
        foreach ((WatchedDirectory directory, string name) in trail ?? [])
        {
            directory.AddPassing(name, node);
        }
        foreach ((WatchedDirectory directory, string name) in before ?? [])
        {
            if (trail?.Contains((directory, name)) != true)
            {
                directory.RemovePassing(name, node);
                Release(directory);
            }
        }
    }

    private void Release(WatchedDirectory? directory)
    {
        if (directory is { IsUsed: false } && _directories.Remove(directory.Number))
        {
            watch?.Remove(directory.Number);
        }
    }

    private WatchNode? Find(ReadOnlySpan<char> path) => Walk(path, grows: false);

    private WatchNode NodeOf(ReadOnlySpan<char> path) => Walk(path, grows: true)!;

    // The node of a path; where it is missing, it and those above are added, or there is none.
    private WatchNode? Walk(ReadOnlySpan<char> path, bool grows)
    {
        WatchNode node = _root;
        ReadOnlySpan<char> names = path.TrimStart('/');
        foreach (Range range in names.Split('/'))
        {
            ReadOnlySpan<char> name = names[range];
            if (name.IsEmpty)
            {
                break;
            }
            WatchNode? child = null;
            _ = node.Children?.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out child);
            if (child is null && !grows)
            {
                return null;
            }
            if (child is null)
            {
                child = new WatchNode(node, name.ToString());
                node.Children ??= new(StringComparer.Ordinal);
                node.Children.Add(child.Name, child);
            }
            node = child;
        }
        return node;
    }
}
