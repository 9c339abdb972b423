namespace Straightwire.Appliance.Changes;

/// <summary>
/// The uploads that were committed to a path and have no name yet: they get it in the order of their commits,
/// so that the last one has it in the end. Under the writer's gate.
/// </summary>
internal sealed class CommitOrder
{
    private readonly Dictionary<string, List<UploadJob>> _byPath = new(StringComparer.Ordinal);

    /// <summary>An upload is the last one to its path for now.</summary>
    public void Enter(UploadJob job)
    {
        if (!_byPath.TryGetValue(job.Path, out List<UploadJob>? line))
        {
            line = [];
            _byPath.Add(job.Path, line);
        }
        line.Add(job);
    }

    /// <summary>Whether it is an upload's turn.</summary>
    public bool IsFirst(UploadJob job) => _byPath[job.Path][0] == job;

    /// <summary>
    /// An upload has its name, or will never have it; returns the one behind it, if there is one.
    /// </summary>
    public UploadJob? Leave(UploadJob job)
    {
        int place = _byPath.TryGetValue(job.Path, out List<UploadJob>? line) ? line.IndexOf(job) : -1;
        if (place < 0)
        {
            return null;
        }
        line!.RemoveAt(place);
        if (line.Count == 0)
        {
            _byPath.Remove(job.Path);
        }
        return place < line.Count ? line[place] : null;
    }
}
