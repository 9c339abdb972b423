namespace Straightwire.Appliance.Changes;

/// <summary>Something small to do on a writer thread, once.</summary>
internal sealed class FileTask(Action work) : WorkItem
{
    private bool _isDone;

    /// <inheritdoc/>
    internal override bool HasWork => !_isDone;

    /// <inheritdoc/>
    internal override void Run()
    {
        _isDone = true;
        work();
    }

    /// <inheritdoc/>
    public override void OnFault()
    {
    }
}
