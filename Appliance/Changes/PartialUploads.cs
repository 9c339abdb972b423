using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The broken uploads that are kept, by owner and path: a few, and for a while. Under the writer's gate.
/// </summary>
internal sealed class PartialUploads(UploadOptions options, Action<PartialUpload> remove)
{
    private readonly Dictionary<(string Owner, string Path), PartialUpload> _byPath = [];
    private readonly LinkedList<PartialUpload> _byAge = [];

    /// <summary>The one of an owner to a path; null when there is none.</summary>
    public PartialUpload? Find(string owner, string path) => _byPath.GetValueOrDefault((owner, path));

    /// <summary>
    /// Keeps one, in place of an older one of the same owner to the same path. Of too many, the oldest that
    /// has broken off goes: what is whole was promised to its owner.
    /// </summary>
    public void Add(PartialUpload partial)
    {
        Drop(Find(partial.Owner, partial.Path));
        _byPath.Add((partial.Owner, partial.Path), partial);
        _byAge.AddLast(partial);
        int own = _byAge.Count(other => other.Owner == partial.Owner);
        if (own > options.PartialsPerUser)
        {
            Drop(_byAge.FirstOrDefault(other => !other.IsWhole && other.Owner == partial.Owner));
        }
        if (_byAge.Count > options.Partials)
        {
            Drop(_byAge.FirstOrDefault(other => !other.IsWhole));
        }
    }

    /// <summary>
    /// Whether a whole upload of an owner to a path may be kept, beside those that are or in place of one.
    /// </summary>
    public bool HasRoom(string owner, string path)
    {
        int whole = 0;
        int own = 0;
        foreach (PartialUpload other in _byAge.Where(other => other.IsWhole))
        {
            whole++;
            own += other.Owner == owner ? 1 : 0;
        }
        return Find(owner, path) is { IsWhole: true }
            || (whole < options.Partials && own < options.PartialsPerUser);
    }

    /// <summary>Takes one out of what is kept: it belongs to the upload that asks.</summary>
    public PartialUpload? Take(string owner, string path)
    {
        if (Find(owner, path) is not PartialUpload partial)
        {
            return null;
        }
        Forget(partial);
        return partial;
    }

    /// <summary>Lets those go whose time is over.</summary>
    public void Expire(Instant now)
    {
        // What did not break off is kept for longer, so that the first need not be the first that goes.
        foreach (PartialUpload partial in _byAge.Where(partial => partial.Expires <= now).ToArray())
        {
            Drop(partial);
        }
    }

    /// <summary>Lets one go, if there is one.</summary>
    public void Drop(PartialUpload? partial)
    {
        if (partial is not null)
        {
            Forget(partial);
            partial.IsDropped = true;
            remove(partial);
        }
    }

    /// <summary>Lets one go whose file is in a directory that goes.</summary>
    public void DropFile(string temporaryName) =>
        Drop(_byAge.FirstOrDefault(partial => partial.TemporaryName == temporaryName));

    /// <summary>All that are kept, the oldest first.</summary>
    public IReadOnlyCollection<PartialUpload> All => _byAge;

    /// <summary>A directory has another path, and what is kept in it with it.</summary>
    public void Move(string path, string newPath)
    {
        foreach (PartialUpload partial in _byAge.ToArray())
        {
            if (partial.Path.StartsWith(path + "/", StringComparison.Ordinal)
                && _byPath.TryAdd((partial.Owner, newPath + partial.Path[path.Length..]), partial))
            {
                _byPath.Remove((partial.Owner, partial.Path));
                partial.Path = newPath + partial.Path[path.Length..];
            }
        }
    }

    private void Forget(PartialUpload partial)
    {
        if (_byPath.GetValueOrDefault((partial.Owner, partial.Path)) == partial)
        {
            _byPath.Remove((partial.Owner, partial.Path));
        }
        _byAge.Remove(partial);
    }
}
