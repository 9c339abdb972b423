namespace Straightwire.Protocols.Content;

/// <summary>What children come to together, whatever their order.</summary>
/// <param name="Directories">How many are directories.</param>
/// <param name="FileBytes">The lengths of the files, in bytes.</param>
/// <param name="Digest">The hashes of all of them, added up.</param>
internal readonly record struct ChildTotals(int Directories, long FileBytes, ulong Digest)
{
    /// <summary>With one more.</summary>
    public ChildTotals With(in DirectoryChild child) => Plus(child, 1);

    /// <summary>With one less.</summary>
    public ChildTotals Without(in DirectoryChild child) => Plus(child, -1);

    private ChildTotals Plus(in DirectoryChild child, int sign)
    {
        ulong hash = NameHash.WideOf(child.Name);
        if (child.File is { } file)
        {
            hash = NameHash.Mix(hash ^ (ulong)file.Body.Length);
            hash = NameHash.Mix(hash ^ (ulong)file.ModifiedUnixSeconds);
        }
        return new ChildTotals(
            Directories + (child.File is null ? sign : 0),
            FileBytes + (sign * (child.File?.Body.Length ?? 0)),
            unchecked(Digest + ((ulong)sign * hash)));
    }
}
