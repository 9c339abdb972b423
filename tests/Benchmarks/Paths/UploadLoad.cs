namespace Straightwire.Benchmarks.Paths;

/// <summary>A file by FTP's STOR; the time is without the login.</summary>
/// <param name="File">The file.</param>
internal sealed record UploadLoad(string File) : IPathLoad
{
    /// <inheritdoc/>
    public PathSample Run(PathStar star, PathServer server, PathRun run)
    {
        string name = FormattableString.Invariant($"{run.Row.Name}-{run.Round}");
        string source = star.Source(File);
        string arrived = Path.Combine(star.UploadDirectory(server), name);
        using RunningRelay relay = star.StartRelay(run.RelaySettings);
        CurlClient.Transfer transfer =
            CurlClient.Upload(star, source, star.UploadUrl(server) + name).Wait()[0];
        RelayReport report = relay.End();
        if (!System.IO.File.ReadAllBytes(source).AsSpan().SequenceEqual(System.IO.File.ReadAllBytes(arrived)))
        {
            throw new InvalidOperationException($"{arrived} is not what was sent");
        }
        System.IO.File.Delete(arrived);
        return new PathSample(run.Round, [transfer.Seconds - transfer.Prepared], report, run.UseOf(report));
    }
}
