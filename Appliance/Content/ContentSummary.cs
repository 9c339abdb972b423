namespace Straightwire.Appliance.Content;

/// <summary>What a generation holds.</summary>
/// <param name="Generation">Its number, from 1.</param>
/// <param name="Files">Files that a request can have.</param>
/// <param name="PackedBytes">Bytes in packed memory, response heads included.</param>
/// <param name="MappedBytes">Bytes of files that are mapped where they lie.</param>
/// <param name="LeftOut">
/// Names that were not served at the last load of the whole and were meant to be: each is logged.
/// </param>
/// <param name="Duration">How long the last load of the whole took.</param>
public sealed record ContentSummary(
    long Generation, int Files, long PackedBytes, long MappedBytes, int LeftOut, TimeSpan Duration);
