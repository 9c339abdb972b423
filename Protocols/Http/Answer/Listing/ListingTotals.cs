namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>What a listing has in all.</summary>
/// <param name="Directories">How many directories.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their lengths together.</param>
internal readonly record struct ListingTotals(int Directories, int Files, long Bytes);
