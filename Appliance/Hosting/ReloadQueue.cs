namespace Straightwire.Appliance.Hosting;

/// <summary>
/// One piece of work at a time, on a thread of the pool. Requests that come while it runs are done together
/// by one more run, which begins after the last of them.
/// </summary>
/// <param name="run">The work; what it throws is told to <paramref name="onFault"/>.</param>
/// <param name="onFault">Told of what went wrong.</param>
public sealed class ReloadQueue(Action run, Action<Exception> onFault)
{
    private readonly Lock _lock = new();
    private bool _isRunning;
    private bool _isWanted;

    /// <summary>Has the work done, from now or once more.</summary>
    public void Request()
    {
        lock (_lock)
        {
            _isWanted = true;
            if (_isRunning)
            {
                return;
            }
            _isRunning = true;
        }
        _ = Task.Run(Work);
    }

    private void Work()
    {
        while (TryTake())
        {
            try
            {
                run();
            }
            catch (Exception e)
            {
                onFault(e);
            }
        }
    }

    private bool TryTake()
    {
        lock (_lock)
        {
            (bool wanted, _isWanted) = (_isWanted, false);
            _isRunning = wanted;
            return wanted;
        }
    }
}
