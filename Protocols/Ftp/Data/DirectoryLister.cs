using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>The form of a listing.</summary>
internal enum ListingKind
{
    /// <summary>LIST and STAT: as <c>ls -l</c> prints it.</summary>
    Long,

    /// <summary>NLST: names, each on a line of its own.</summary>
    Names,

    /// <summary>MLSD: facts (RFC 3659 §7).</summary>
    Facts,
}

/// <summary>
/// Lines of a listing, from the directory as it was when the listing began. It can be set back, so that a
/// piece for which there was no room is made again.
/// </summary>
internal sealed class DirectoryLister
{
    private readonly FtpService _service;
    private readonly ListingKind _kind;
    private readonly DirectoryChildren _children;

    /// <summary>Lists the children of a directory.</summary>
    public DirectoryLister(FtpService service, ListingKind kind, DirectoryChildren children) =>
        (_service, _kind, _children) = (service, kind, children);

    /// <summary>The canonical path in the content, with its final slash, that the children are in.</summary>
    public required string Directory { get; init; }

    /// <summary>What the user may do.</summary>
    public required FtpRights Rights { get; init; }

    /// <summary>When it is, in seconds since 1970.</summary>
    public required long UnixSeconds { get; init; }

    /// <summary>Facts of <see cref="ListingKind.Facts"/>.</summary>
    public MlstFacts Facts { get; init; } = MlstFacts.All;

    /// <summary>Written before each of <see cref="ListingKind.Names"/>, UTF-8.</summary>
    public byte[] Prefix { get; init; } = [];

    /// <summary>Names that are listed; empty for all.</summary>
    public byte[] Pattern { get; init; } = [];

    /// <summary>The child that comes next.</summary>
    public int Position { get; set; }

    /// <summary>
    /// Writes whole lines, as many as there is room for; returns the bytes, 0 when there are no more. The
    /// room is for at least one line.
    /// </summary>
    public int Fill(Span<byte> destination)
    {
        int length = 0;
        for (; Position < _children.Length; Position++)
        {
            ref readonly DirectoryChild child = ref _children[Position];
            if (Pattern.Length > 0 && !GlobPattern.Matches(Pattern, child.Name))
            {
                continue;
            }
            int most = ListingFormat.LengthMax(child.Name.Length + Prefix.Length);
            if (most > destination.Length - length)
            {
                break;
            }
            length += Write(in child, destination[length..]);
        }
        return length;
    }

    private int Write(in DirectoryChild child, Span<byte> destination)
    {
        if (_kind == ListingKind.Names)
        {
            Prefix.CopyTo(destination);
            child.Name.CopyTo(destination[Prefix.Length..]);
            int length = Prefix.Length + child.Name.Length;
            "\r\n"u8.CopyTo(destination[length..]);
            return length + 2;
        }
        ListedName name = Describe(in child);
        if (_kind == ListingKind.Long)
        {
            return ListingFormat.WriteLong(in name, UnixSeconds, destination);
        }
        int facts = ListingFormat.WriteFacts(in name, Facts, ListedKind.Entry, destination);
        "\r\n"u8.CopyTo(destination[facts..]);
        return facts + 2;
    }

    private ListedName Describe(in DirectoryChild child)
    {
        if (child.File is { } file)
        {
            return ListedName.OfFile(child.Name, file, Rights);
        }
        int length = Encoding.UTF8.GetBytes(Directory, _service.PathScratch);
        child.Name.CopyTo(_service.PathScratch.AsSpan(length));
        length += child.Name.Length;
        _service.PathScratch[length++] = (byte)'/';
        DirectoryEntry? entry =
            _service.Content.Current.FindDirectory(_service.PathScratch.AsSpan(0, length));
        return ListedName.OfDirectory(child.Name, entry?.ModifiedUnixSeconds ?? 0, Rights);
    }
}
