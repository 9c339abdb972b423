using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>One site as requests are decided by it: immutable.</summary>
internal sealed class Site
{
    /// <summary>Bytes of the longest <see cref="Root"/>.</summary>
    public const int RootMax = 1024;

    private readonly byte[]?[] _pages = new byte[]?[600];

    /// <summary>Makes a site of rules that were checked.</summary>
    /// <param name="rules">All of its rules: none is null that has a default.</param>
    /// <param name="root">Its directory as a canonical path without a final slash; empty: the whole.</param>
    /// <param name="place">Which of an entry's blocks is its own.</param>
    /// <param name="fields">What its answers have besides.</param>
    /// <param name="types">The media types of the content.</param>
    public Site(SiteRules rules, string root, int place, SiteFields fields, MediaTypeTable types)
    {
        Root = Encoding.UTF8.GetBytes(root);
        Place = place;
        Fields = fields;
        Types = types;
        Index = [.. rules.Index!.Select(Encoding.UTF8.GetBytes)];
        Slash = rules.TrailingSlash ?? SlashPolicy.Redirect;
        Clean = rules.CleanUrls ?? CleanUrls.Off;
        FoldsCase = rules.CaseRedirect == true;
        Lists = rules.Listing == true;
        Fallback = rules.Fallback is null ? null : Encoding.UTF8.GetBytes(root + rules.Fallback);
        foreach ((string status, string page) in rules.Errors ?? [])
        {
            bool isOne = ErrorStatus.TryParse(status, out int first, out int count);
            Invariant.Assert(isOne, "the pages of errors were checked");
            byte[] path = Encoding.UTF8.GetBytes(root + page);
            for (int i = first; i < first + count; i++)
            {
                // What is said of one status goes before what is said of its class.
                _pages[i] = count == 1 ? path : _pages[i] ?? path;
            }
        }
    }

    /// <summary>Its directory as a canonical path without a final slash; empty: the whole.</summary>
    public byte[] Root { get; }

    /// <summary>Which of an entry's blocks is its own.</summary>
    public int Place { get; }

    /// <summary>What it is called, UTF-8.</summary>
    public byte[] Name { get; init; } = [];

    /// <summary>The name that others redirect to; empty for none.</summary>
    public byte[] FirstHost { get; init; } = [];

    /// <summary>What its answers have besides the file.</summary>
    public SiteFields Fields { get; }

    /// <summary>The media types of the content.</summary>
    public MediaTypeTable Types { get; }

    /// <summary>File names that a directory is answered with.</summary>
    public byte[][] Index { get; }

    /// <summary>What a directory is answered with that is asked for without its slash.</summary>
    public SlashPolicy Slash { get; }

    /// <summary>What names without .html stand for.</summary>
    public CleanUrls Clean { get; }

    /// <summary>Whether a name leads to the one that differs in the case of letters alone.</summary>
    public bool FoldsCase { get; }

    /// <summary>Whether directories without an index are listed.</summary>
    public bool Lists { get; }

    /// <summary>
    /// The content's path of what an application's places are answered with; null: nothing.
    /// </summary>
    public byte[]? Fallback { get; }

    /// <summary>Whether a pattern of what is hidden meets a directory.</summary>
    /// <param name="path">Canonical path in the site, with its final slash.</param>
    public bool HidesDirectory(ReadOnlySpan<byte> path) =>
        Fields.HidesSome && Fields.Hides(path.TrimEnd((byte)'/'));

    /// <summary>
    /// The content's path of the page of an error; null: none is named. Whether it is there is another
    /// question.
    /// </summary>
    public byte[]? PageOf(int status) => _pages[status];
}
