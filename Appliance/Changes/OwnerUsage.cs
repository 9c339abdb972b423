namespace Straightwire.Appliance.Changes;

/// <summary>
/// What one owner has of its quota: the files below its root, and what its running and kept uploads hold.
/// Under the writer's gate.
/// </summary>
internal sealed class OwnerUsage
{
    /// <summary>Bytes of running and kept uploads, from their charge to their generation.</summary>
    public long Held { get; set; }

    /// <summary>The root that <see cref="Below"/> is of.</summary>
    public string Root { get; set; } = "";

    /// <summary>Bytes of all files below it, in <see cref="Generation"/>.</summary>
    public long Below { get; set; }

    /// <summary>The generation that was counted; −1 before that.</summary>
    public long Generation { get; set; } = -1;
}
