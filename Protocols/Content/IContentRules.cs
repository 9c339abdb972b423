namespace Straightwire.Protocols.Content;

/// <summary>
/// What is decided of files by their names, once, when a generation takes them up. A generation has one such
/// object, so that rules and content change in one step.
/// </summary>
public interface IContentRules
{
    /// <summary>Whether names are found by letters of the other case too.</summary>
    bool FoldsCase => false;

    /// <summary>What rules say of a file. Not for two threads at once.</summary>
    /// <param name="path">The file's canonical path.</param>
    EntryRules Of(string path);

    /// <summary>
    /// What is of no use for a generation whose files were all asked for, or means two things there: a
    /// sentence each, in front of which stands the rule's place.
    /// </summary>
    IEnumerable<string> Remarks(ContentGeneration generation) => [];
}
