using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Finds what a path stands for in a site: its file, the index of its directory, a clean name, the fallback,
/// the page of an error. One per shard; it holds the path of the request that is being decided.
/// </summary>
/// <param name="pathMax">Bytes of the longest path.</param>
internal sealed class NameFinder(int pathMax)
{
    private const int NameMax = 255;

    // The site's root, the path, and what is tried behind it.
    private readonly byte[] _path = new byte[Site.RootMax + pathMax + NameMax + 1];
    private readonly byte[] _page = new byte[Site.RootMax + pathMax + NameMax + 1];
    private int _root;
    private int _length;

    private static ReadOnlySpan<byte> Html => ".html"u8;

    private static ReadOnlySpan<byte> ErrorPage => "404.html"u8;

    /// <summary>The canonical path in the site: as asked for, or to which it is redirected.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(_root, _length - _root);

    /// <summary>The file that was found last.</summary>
    public ContentEntry? Entry { get; private set; }

    /// <summary>The directory that was found last.</summary>
    public DirectoryEntry? Directory { get; private set; }

    /// <summary>Takes the path of a request; false when it cannot be made canonical.</summary>
    public bool TryBegin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> root)
    {
        root.CopyTo(_path);
        _root = root.Length;
        bool isOk = CanonicalPath.TryMake(path, _path.AsSpan(_root), out int length)
            == CanonicalPathResult.Ok;
        _length = _root + length;
        return isOk;
    }

    /// <summary>Finds the path; where that is elsewhere, <see cref="Path"/> is there afterwards.</summary>
    public FoundName Find(ContentGeneration generation, Site site)
    {
        if (_path[_length - 1] == (byte)'/')
        {
            if (FindIndex(generation, site, _length))
            {
                return FoundName.File;
            }
            return site.Clean == CleanUrls.Redirect && _length - _root > 1
                && FindBehind(generation, site, _length - 1, Html)
                    ? Shorten(_length - 1)
                    : FindOtherwise(generation, site);
        }
        if (Find(generation, site, _path.AsSpan(0, _length)))
        {
            return site.Clean == CleanUrls.Redirect ? FindClean(site) : FoundName.File;
        }
        if (site.Clean != CleanUrls.Off && FindBehind(generation, site, _length, Html))
        {
            // The index by its name without .html is its directory.
            return site.Clean == CleanUrls.Redirect ? RedirectIndex(site, _length, FoundName.File)
                : FoundName.File;
        }
        _path[_length] = (byte)'/';
        if (FindIndex(generation, site, _length + 1))
        {
            if (site.Slash == SlashPolicy.Serve)
            {
                return FoundName.File;
            }
            _path[_length++] = (byte)'/';
            return FoundName.Elsewhere;
        }
        return FindOtherwise(generation, site);
    }

    /// <summary>
    /// The file that is sent with an error; null: none is there. For a name that is not there, where none is
    /// named, the nearest 404.html upwards, as hosts of static sites have it.
    /// </summary>
    /// <param name="generation">The content.</param>
    /// <param name="site">The site.</param>
    /// <param name="status">The status code.</param>
    /// <param name="path">The path in the site that is not there; empty when it is something else.</param>
    public ContentEntry? PageOf(
        ContentGeneration generation, Site site, int status, scoped ReadOnlySpan<byte> path)
    {
        ContentEntry? page = null;
        if (site.PageOf(status) is { } named)
        {
            page = Visible(generation.Find(named), site);
        }
        else if (status == 404 && path.Length > 0)
        {
            page = NearestPage(generation, site, path);
        }
        return page is { MayChange: true } ? null : page;
    }

    private static ContentEntry? Visible(ContentEntry? entry, Site site) =>
        entry is null || ReferenceEquals(entry.Blocks[site.Place], FieldBlock.Hidden) ? null : entry;

    private bool Find(ContentGeneration generation, Site site, ReadOnlySpan<byte> path)
    {
        Entry = Visible(generation.Find(path), site);
        return Entry is not null;
    }

    // A name behind the first bytes of the path, which is left as it was but for what follows it.
    private bool FindBehind(
        ContentGeneration generation, Site site, int length, ReadOnlySpan<byte> name)
    {
        Span<byte> behind = _path.AsSpan(length, name.Length);
        byte kept = behind[0];
        name.CopyTo(behind);
        bool isFound = Find(generation, site, _path.AsSpan(0, length + name.Length));
        behind[0] = kept;
        return isFound;
    }

    private bool FindIndex(ContentGeneration generation, Site site, int length)
    {
        foreach (byte[] index in site.Index)
        {
            if (FindBehind(generation, site, length, index))
            {
                return true;
            }
        }
        return false;
    }

    // A file that was asked for by its own name, of which there is a shorter one.
    private FoundName FindClean(Site site)
    {
        ReadOnlySpan<byte> path = _path.AsSpan(0, _length);
        return path.EndsWith(Html)
            ? RedirectIndex(site, _length - Html.Length, FoundName.Elsewhere)
            : FoundName.File;
    }

    // The first bytes of the path are a name without .html: of an index, that is its directory.
    private FoundName RedirectIndex(Site site, int length, FoundName otherwise)
    {
        ReadOnlySpan<byte> name = _path.AsSpan(0, length);
        name = name[(name.LastIndexOf((byte)'/') + 1)..];
        foreach (byte[] index in site.Index)
        {
            if (index.Length == name.Length + Html.Length && index.AsSpan().StartsWith(name)
                && index.AsSpan().EndsWith(Html))
            {
                return Shorten(length - name.Length);
            }
        }
        return otherwise == FoundName.Elsewhere ? Shorten(length) : otherwise;
    }

    private FoundName Shorten(int length)
    {
        _length = length;
        return FoundName.Elsewhere;
    }

    private FoundName FindOtherwise(ContentGeneration generation, Site site) =>
        site.FoldsCase && FindFolded(generation, site) ? FoundName.Elsewhere : FindFallback(generation, site);

    // Has a slash stand behind the path, where there is none; returns the length with it.
    private int AddSlash()
    {
        if (_path[_length - 1] == (byte)'/')
        {
            return _length;
        }
        _path[_length] = (byte)'/';
        return _length + 1;
    }

    // The name, or that of an index in it, with letters of the other case.
    private bool FindFolded(ContentGeneration generation, Site site)
    {
        if (TakeFolded(generation, site, _length, 0))
        {
            return true;
        }
        int length = AddSlash();
        foreach (byte[] index in site.Index)
        {
            index.CopyTo(_path, length);
            if (TakeFolded(generation, site, length + index.Length, index.Length))
            {
                return true;
            }
        }
        return false;
    }

    private bool TakeFolded(ContentGeneration generation, Site site, int length, int indexLength)
    {
        // Letters whose other case takes more bytes are few: they are not forgiven.
        if (generation.FindFolded(_path.AsSpan(0, length)) is not { } name
            || !Encoding.UTF8.TryGetBytes(name, _page.AsSpan(0, length), out int written)
            || written != length)
        {
            return false;
        }
        // Neither a site beside this one, whose directory differs in its letters, nor what is hidden.
        Span<byte> bytes = _page.AsSpan(0, length);
        if (!bytes.StartsWith(site.Root) || Visible(generation.Find(bytes), site) is null)
        {
            return false;
        }
        bytes.CopyTo(_path);
        _length = bytes.Length - indexLength;
        return true;
    }

    private FoundName FindFallback(ContentGeneration generation, Site site)
    {
        if (site.Fallback is not null)
        {
            // A chunk of a program that is no more is not the page that asks for it.
            ReadOnlySpan<byte> name = Path[(Path.LastIndexOf((byte)'/') + 1)..];
            if (!site.Types.HasExtension(name) && Find(generation, site, site.Fallback))
            {
                return FoundName.File;
            }
        }
        return site.Lists ? FindDirectory(generation, site) : FoundName.Nothing;
    }

    // Links in a listing are relative, so that its own name has a slash whatever the site does with others.
    private FoundName FindDirectory(ContentGeneration generation, Site site)
    {
        int length = AddSlash();
        Directory = generation.FindDirectory(_path.AsSpan(0, length));
        if (Directory is null || site.HidesDirectory(_path.AsSpan(_root, length - _root)))
        {
            return FoundName.Nothing;
        }
        int asked = _length;
        _length = length;
        return length == asked ? FoundName.Directory : FoundName.Elsewhere;
    }

    // Downwards, as far as there are directories: names that strangers make up cost no more.
    private ContentEntry? NearestPage(
        ContentGeneration generation, Site site, scoped ReadOnlySpan<byte> path)
    {
        site.Root.CopyTo(_page, 0);
        path.CopyTo(_page.AsSpan(site.Root.Length));
        int end = site.Root.Length + path.Length;
        int directory = site.Root.Length + 1;
        ContentEntry? nearest = null;
        while (true)
        {
            nearest = PageIn(generation, site, directory) ?? nearest;
            int slash = _page.AsSpan(directory..end).IndexOf((byte)'/');
            if (slash < 0
                || generation.FindDirectory(_page.AsSpan(0, directory + slash + 1)) is null)
            {
                return nearest;
            }
            directory += slash + 1;
        }
    }

    private ContentEntry? PageIn(ContentGeneration generation, Site site, int length)
    {
        Span<byte> behind = _page.AsSpan(length, ErrorPage.Length);
        Span<byte> kept = stackalloc byte[ErrorPage.Length];
        behind.CopyTo(kept);
        ErrorPage.CopyTo(behind);
        ContentEntry? page = Visible(generation.Find(_page.AsSpan(0, length + ErrorPage.Length)), site);
        kept.CopyTo(behind);
        return page;
    }
}
