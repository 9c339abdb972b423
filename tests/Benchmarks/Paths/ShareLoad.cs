namespace Straightwire.Benchmarks.Paths;

/// <summary>Two downloads at once through one link, for so long: one of ours, and one of another.</summary>
/// <param name="File">The file, which takes longer than that.</param>
/// <param name="Seconds">How long.</param>
/// <param name="WithLinux">Whether the other is Linux's, and not ours too.</param>
internal sealed record ShareLoad(string File, int Seconds, bool WithLinux) : IPathLoad
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public bool IsContest => true;

    /// <inheritdoc/>
    public PathSample Run(PathStar star, PathServer server, PathRun run)
    {
        PathServer other = WithLinux ? star.Linux : server;
        // Whoever comes first has the link to himself at the start: in turns.
        PathServer[] order = run.Round % 2 == 0 ? [server, other] : [other, server];
        using RunningRelay relay = star.StartRelay(run.RelaySettings);
        var clients = new List<CurlClient>();
        foreach (PathServer from in order)
        {
            clients.Add(CurlClient.Download(star, $"http://{from.Address}/{File}", seconds: Seconds));
            Thread.Sleep(Gap);
        }
        double[] bytes = [.. clients.Select(c => (double)c.Wait(mayTimeOut: true)[0].Bytes)];
        RelayReport report = relay.End();
        double ours = run.Round % 2 == 0 ? bytes[0] : bytes[1];
        return new PathSample(run.Round, [], report, run.UseOf(report), ours / bytes.Sum());
    }
}
