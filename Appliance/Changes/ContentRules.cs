using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The limits on names in the content, judged in one place: when a command is accepted, and again when what
/// it made is about to be published, so that what was accepted is there afterwards.
/// </summary>
/// <param name="options">The limits of the content's scan.</param>
/// <param name="storage">Knows how much there is.</param>
internal sealed class ContentRules(ContentOptions options, UploadStorage storage)
{
    private const int NameBytesMax = 255;

    /// <summary>Whether a name may come; from any thread.</summary>
    /// <param name="path">Canonical, without a final slash.</param>
    /// <param name="use">What it is for.</param>
    public ChangeResult Check(string path, NameUse use)
    {
        if (!IsName(path, use))
        {
            return ChangeResult.BadName;
        }
        bool isFull = use switch
        {
            NameUse.Directory => storage.DirectoryCount >= options.Files,
            NameUse.File or NameUse.Upload => storage.FileCount >= options.Files,
            _ => false,
        };
        return isFull && !storage.Serves(path) && !IsHidden(path) ? ChangeResult.TooMany : ChangeResult.Done;
    }

    /// <summary>Whether a directory and all that is below it may have another path.</summary>
    /// <param name="path">Its path, canonical, without a final slash.</param>
    /// <param name="newPath">The same, of where it goes.</param>
    public ChangeResult CheckMove(string path, string newPath)
    {
        int deepest = storage.DirectoriesBelow(path + "/")
            .Select(directory => DepthOf(directory.TrimEnd('/'))).DefaultIfEmpty(DepthOf(path)).Max();
        return DepthOf(newPath) + deepest - DepthOf(path) < options.DirectoryDepth
            ? Check(newPath, NameUse.Existing)
            : ChangeResult.BadName;
    }

    /// <summary>Whether the last name of a path is one that no index holds.</summary>
    public static bool IsHidden(string path) =>
        CanonicalPath.IsHidden(Encoding.UTF8.GetBytes(path[(path.LastIndexOf('/') + 1)..]));

    private static int DepthOf(string path) => path.Count(value => value == '/');

    // What is deeper than the content is read would never be served, and what is a temporary file would be
    // taken for what an earlier process has left.
    private bool IsName(string path, NameUse use)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.IsEmpty || bytes[0] != (byte)'/')
        {
            return false;
        }
        int depth = 0;
        int depthMax = options.DirectoryDepth - (use == NameUse.Directory ? 1 : 0);
        foreach (Range range in bytes[1..].Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = bytes[1..][range];
            bool isLast = range.End.GetOffset(bytes.Length - 1) == bytes.Length - 1;
            bool mayHide = isLast && use is (NameUse.Upload or NameUse.Existing);
            if (name.Length > NameBytesMax || !CanonicalPath.IsSegment(name)
                || (CanonicalPath.IsHidden(name) && !mayHide) || ++depth > depthMax)
            {
                return false;
            }
        }
        return !TemporaryNames.IsTemporary(path[(path.LastIndexOf('/') + 1)..]);
    }
}
