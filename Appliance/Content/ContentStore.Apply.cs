namespace Straightwire.Appliance.Content;

/// <summary>Changes of single paths.</summary>
public sealed partial class ContentStore
{
    /// <summary>
    /// Looks again at paths, each with all that is below it, and at the modification times of the directories
    /// that they are in; from any thread. What it finds is in the newest generation when it returns.
    /// </summary>
    /// <param name="paths">
    /// Canonical, without a final slash: files or directories that came, changed or went.
    /// </param>
    /// <returns>
    /// False when that fails as a whole: the reason is logged, and the old generation stays.
    /// </returns>
    public bool Apply(IReadOnlyCollection<string> paths) => Reload();

    /// <summary>
    /// The lengths of all files below a directory together, in bytes; 0 when there is no such directory. From
    /// any thread; costs as much as there are names of directories.
    /// </summary>
    /// <param name="directoryPath">Canonical, with the final slash.</param>
    public long BytesBelow(string directoryPath) =>
        DirectoryTree.Below(Newest, directoryPath).Sum(static directory => directory.Children.FileBytes);
}
