using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>Work on files, which one thread at a time does.</summary>
internal abstract class WorkItem
{
    /// <summary>Whose it is: 0.0.0.0 is this process itself.</summary>
    public virtual IpAddress Peer => default;

    /// <summary>It stands in line.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>A thread is at it.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>It failed, and failing failed, too: nobody takes it up any more.</summary>
    internal bool IsLost { get; set; }

    /// <summary>Whether there is something to do. Under the gate.</summary>
    internal abstract bool HasWork { get; }

    /// <summary>Does one step of it, on a writer thread and not under the gate.</summary>
    internal abstract void Run();

    /// <summary>A step failed in a way that nobody foresaw; it is logged.</summary>
    public abstract void OnFault();
}
