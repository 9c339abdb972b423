using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Makes of what was found at single paths what changes from one generation to the next.
/// </summary>
internal sealed class DeltaBuilder
{
    private readonly ContentGeneration _before;
    private readonly Dictionary<string, ContentFile> _files;
    private readonly Dictionary<string, ContentFile> _gone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ContentFile> _added = new(StringComparer.Ordinal);
    private readonly ContentDelta _delta = new();

    /// <summary>Begins a change of a generation and of the files that it was made of.</summary>
    public DeltaBuilder(ContentGeneration before, Dictionary<string, ContentFile> files) =>
        (_before, _files) = (before, files);

    /// <summary>Files that are no more, or no more like this.</summary>
    public IReadOnlyDictionary<string, ContentFile> Gone => _gone;

    /// <summary>Files that are new, or new like this.</summary>
    public IReadOnlyDictionary<string, ContentFile> Added => _added;

    /// <summary>Whether all is as it was.</summary>
    public bool IsEmpty => _gone.Count == 0 && _added.Count == 0 && _delta.Directories.All(IsSame);

    /// <summary>Everything that was at a path and below it is gone, unless it is put back.</summary>
    public void Clear(string path)
    {
        if (_files.TryGetValue(path, out ContentFile file))
        {
            _gone[path] = file;
        }
        foreach (DirectoryEntry directory in DirectoryTree.Below(_before, path + "/"))
        {
            _delta.Directories[directory.Path] = null;
            foreach (DirectoryChild child in directory.Children)
            {
                if (child.File is ContentEntry entry && _files.TryGetValue(entry.Path, out ContentFile below))
                {
                    _gone[entry.Path] = below;
                }
            }
        }
    }

    /// <summary>A file is served; what was at its path is cleared already.</summary>
    public void Put(in ContentFile file)
    {
        string path = file.Entry.Path;
        if (_gone.TryGetValue(path, out ContentFile old) && ReferenceEquals(old.Entry, file.Entry))
        {
            _gone.Remove(path);
        }
        else
        {
            _added[path] = file;
        }
    }

    /// <summary>A directory is there, with all that is in it.</summary>
    public void Put(DirectoryEntry directory) => _delta.Directories[directory.Path] = directory;

    /// <summary>
    /// The directory that a path is in has that name or lacks it, as was put and cleared, and was changed
    /// last at a time.
    /// </summary>
    public void SetChild(string path, long modifiedUnixSeconds)
    {
        DirectoryEntry parent = ParentOf(path);
        byte[] name = Encoding.UTF8.GetBytes(path[parent.Path.Length..]);
        DirectoryChildren children = parent.Children;
        if (_added.TryGetValue(path, out ContentFile file))
        {
            children = children.With(new DirectoryChild(name, file.Entry));
        }
        else if (_delta.Directories.GetValueOrDefault(path + "/") is not null)
        {
            children = children.With(new DirectoryChild(name, null));
        }
        else if (_gone.ContainsKey(path) || !_files.ContainsKey(path))
        {
            children = children.Without(name);
        }
        if (children != parent.Children || modifiedUnixSeconds != parent.ModifiedUnixSeconds)
        {
            _delta.Directories[parent.Path] = parent.With(children, modifiedUnixSeconds);
        }
    }

    /// <summary>A file has its bytes elsewhere, and is otherwise as it was.</summary>
    public void Move(in ContentFile file)
    {
        string path = file.Entry.Path;
        _gone[path] = _files[path];
        _added[path] = file;
        SetChild(path, ParentOf(path).ModifiedUnixSeconds);
    }

    /// <summary>Makes the generation that follows the one it was given.</summary>
    public ContentGeneration Build()
    {
        foreach (string path in _gone.Keys)
        {
            _delta.Entries[path] = null;
        }
        foreach ((string path, ContentFile file) in _added)
        {
            _delta.Entries[path] = file.Entry;
        }
        return _before.With(_delta);
    }

    private bool IsSame(KeyValuePair<string, DirectoryEntry?> changed) => changed.Value is { } directory
        ? DirectoryTree.IsSame(_before, directory)
        : _before.FindDirectory(Encoding.UTF8.GetBytes(changed.Key)) is null;

    private DirectoryEntry ParentOf(string path)
    {
        string parent = path[..(path.LastIndexOf('/') + 1)];
        return _delta.Directories.GetValueOrDefault(parent)
            ?? _before.FindDirectory(Encoding.UTF8.GetBytes(parent))
            ?? throw new ContentException($"The directory of '{path}' is not known.");
    }
}
