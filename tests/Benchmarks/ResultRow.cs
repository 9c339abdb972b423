namespace Straightwire.Benchmarks;

/// <summary>A row of the tables.</summary>
/// <param name="Title">What was measured, with its unit where that is not requests a second.</param>
/// <param name="Bytes">Bytes of content that a request carries; 0 where that says nothing.</param>
/// <param name="LessIsBetter">Whether the smaller number is the better one.</param>
internal sealed record ResultRow(string Title, int Bytes, bool LessIsBetter);
