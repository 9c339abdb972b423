namespace Straightwire.Protocols.Metrics;

/// <summary>How many connections a listing has met.</summary>
/// <param name="Listed">Those that it has.</param>
/// <param name="Matching">Those that were asked for, whether or not the limit left them out.</param>
/// <param name="All">All of them, in whatever state.</param>
internal readonly record struct ConnectionTotals(int Listed, int Matching, int All);
