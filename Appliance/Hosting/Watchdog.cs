namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Tells the service manager that the server is alive as long as every shard makes passes. Each is woken for
/// one in every period, so that a shard at rest is told from one that is stuck.
/// </summary>
public sealed class Watchdog : IDisposable
{
    private readonly IReadOnlyList<WatchedShard> _shards;
    private readonly Action _alive;
    private readonly TimeSpan _period;
    private readonly ManualResetEventSlim _stopped = new();
    private readonly Thread _thread;

    /// <summary>Starts a timer that looks at all shards.</summary>
    /// <param name="shards">The shards, whose threads run.</param>
    /// <param name="timeout">What the manager allows; it is told four times as often.</param>
    /// <param name="alive">Called after each period in which every shard made a pass.</param>
    public Watchdog(IReadOnlyList<WatchedShard> shards, TimeSpan timeout, Action alive)
    {
        (_shards, _period, _alive) = (shards, timeout / 4, alive);
        _thread = new Thread(Run) { Name = "watchdog", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        _thread.Join();
        _stopped.Dispose();
    }

    private void Run()
    {
        var seen = new long[_shards.Count];
        do
        {
            for (int i = 0; i < seen.Length; i++)
            {
                seen[i] = _shards[i].Passes();
                _shards[i].Wake();
            }
            if (_stopped.Wait(_period))
            {
                return;
            }
            if (Enumerable.Range(0, seen.Length).All(i => _shards[i].Passes() != seen[i]))
            {
                _alive();
            }
        }
        while (true);
    }
}
