namespace Straightwire.Benchmarks.Paths;

/// <summary>A small file over and over, each time on a new connection.</summary>
/// <param name="File">The file.</param>
/// <param name="Count">How often in all rounds together, for one server.</param>
/// <param name="Clients">How many ask at once.</param>
internal sealed record ObjectsLoad(string File, int Count, int Clients) : IPathLoad
{
    /// <inheritdoc/>
    public string Unit => "ms";

    /// <inheritdoc/>
    public PathSample Run(PathStar star, PathServer server, PathRun run)
    {
        int each = (Count + (run.Rounds * Clients) - 1) / (run.Rounds * Clients);
        using RunningRelay relay = star.StartRelay(run.RelaySettings);
        CurlClient[] clients =
        [
            .. Enumerable.Range(0, Clients)
                .Select(_ => CurlClient.Download(star, $"http://{server.Address}/{File}", each)),
        ];
        double[] seconds = [.. clients.SelectMany(c => c.Wait()).Select(t => t.Seconds)];
        RelayReport report = relay.End();
        return new PathSample(run.Round, seconds, report, run.UseOf(report));
    }
}
