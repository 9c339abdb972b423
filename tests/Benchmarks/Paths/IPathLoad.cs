namespace Straightwire.Benchmarks.Paths;

/// <summary>What is moved over a path.</summary>
internal interface IPathLoad
{
    /// <summary>What a single one is called whose time is told.</summary>
    string Unit => "s";

    /// <summary>Whether servers meet in it, so that it is run once a round and not for each server.</summary>
    bool IsContest => false;

    /// <summary>Moves it once, over a relay that runs for it alone.</summary>
    /// <param name="star">Where.</param>
    /// <param name="server">From, or to which server.</param>
    /// <param name="run">The row, the round and where frames are captured.</param>
    /// <exception cref="InvalidOperationException">A client failed, or got less than all.</exception>
    PathSample Run(PathStar star, PathServer server, PathRun run);
}
