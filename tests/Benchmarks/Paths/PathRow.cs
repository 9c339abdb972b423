namespace Straightwire.Benchmarks.Paths;

/// <summary>A path, what is moved over it, and what is to be reached.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Settings">The relay's settings.</param>
/// <param name="Rate">The rate of its link, in Mb/s.</param>
/// <param name="Load">What is moved.</param>
/// <param name="Bars">What is to be reached.</param>
internal sealed record PathRow(
    string Name, string Title, string Settings, double Rate, IPathLoad Load, IReadOnlyList<PathBar> Bars)
{
    /// <summary>
    /// So many times the rounds that are asked for are run of rows with random losses, which differ most.
    /// </summary>
    public const int RoundsOfRandom = 2;

    /// <summary>Rounds at most: for what takes long and comes out the same each time.</summary>
    public int RoundsMax { get; init; } = int.MaxValue;

    /// <summary>Whether packets are lost at random.</summary>
    public bool IsRandom { get; init; }

    /// <summary>
    /// Whether it leaves the machine idle most of the time, so that several of its kind run at once.
    /// </summary>
    public bool IsSlow { get; init; }

    /// <summary>How many rounds it has where so many are asked for.</summary>
    public int RoundsOf(int asked) => Math.Min(IsRandom ? RoundsOfRandom * asked : asked, RoundsMax);
}
