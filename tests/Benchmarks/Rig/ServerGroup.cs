namespace Straightwire.Benchmarks.Rig;

/// <summary>Servers that run at the same time, each on a link of its own.</summary>
internal sealed class ServerGroup : IDisposable
{
    private readonly List<RunningServer> _servers = [];

    /// <summary>Starts them; one that does not start is told on standard error and left out.</summary>
    public ServerGroup(IEnumerable<ServerKind> kinds, BenchmarkDirectory directory)
    {
        foreach (ServerKind kind in kinds)
        {
            try
            {
                _servers.Add(new RunningServer(kind, directory));
            }
            catch (InvalidOperationException e)
            {
                Console.Error.WriteLine($"{kind.Title} is left out: {e.Message}");
            }
        }
    }

    /// <summary>Those that run.</summary>
    public IReadOnlyList<RunningServer> All => _servers;

    /// <inheritdoc/>
    public void Dispose() => _servers.ForEach(s => s.Dispose());
}
