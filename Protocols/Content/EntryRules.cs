namespace Straightwire.Protocols.Content;

/// <summary>What rules say of a file.</summary>
/// <param name="MediaType">Content-Type, with charset where it is text.</param>
/// <param name="Blocks">
/// For each site that has the file, at the site's place, what its answers say besides the file.
/// </param>
public readonly record struct EntryRules(string MediaType, FieldBlock[] Blocks);
