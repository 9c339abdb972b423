namespace Straightwire.Benchmarks.Paths;

/// <summary>A file by HTTP, so often at once; the time is until the last has it.</summary>
/// <param name="File">The file.</param>
/// <param name="Flows">How often at once.</param>
internal sealed record DownloadLoad(string File, int Flows = 1) : IPathLoad
{
    /// <inheritdoc/>
    public PathSample Run(PathStar star, PathServer server, PathRun run)
    {
        using RunningRelay relay = star.StartRelay(run.RelaySettings);
        CurlClient[] clients =
        [
            .. Enumerable.Range(0, Flows)
                .Select(_ => CurlClient.Download(star, $"http://{server.Address}/{File}")),
        ];
        double[] seconds = [.. clients.SelectMany(c => c.Wait()).Select(t => t.Seconds)];
        RelayReport report = relay.End();
        return new PathSample(run.Round, [seconds.Max()], report, run.UseOf(report));
    }
}
