namespace Straightwire.Benchmarks.Paths;

/// <summary>What one load on one server gave.</summary>
/// <param name="Round">The round.</param>
/// <param name="Seconds">The time of what the load asks for, each: one transfer, or many.</param>
/// <param name="Report">What the relay saw.</param>
/// <param name="Use">The part of the link's rate that bytes which came for the first time took.</param>
/// <param name="Share">The first flow's part of what two flows moved; 0 without a second.</param>
internal sealed record PathSample(
    int Round, IReadOnlyList<double> Seconds, RelayReport Report, double Use, double Share = 0);
