using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// The media types of one content: those of <see cref="MediaTypes"/>, and before them what its owner says.
/// </summary>
public sealed class MediaTypeTable
{
    // An extension that a name may be asked for by a stranger; none that is known is longer.
    private const int ExtensionMax = 64;

    private readonly Dictionary<string, string> _extensions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly string _unknown;
    private readonly string _charset;

    // Media types with another charset, each made once.
    private readonly Dictionary<string, string> _changed = new(StringComparer.Ordinal);

    /// <summary>Makes a table.</summary>
    /// <param name="own">Media types by extension with its dot, or by whole name.</param>
    /// <param name="unknown">What a file of an unknown kind is.</param>
    /// <param name="charset">The encoding of text; empty: none is told.</param>
    public MediaTypeTable(
        IReadOnlyDictionary<string, string> own,
        string unknown = MediaTypes.Unknown,
        string charset = MediaTypes.Charset)
    {
        (_unknown, _charset) = (unknown, charset);
        foreach ((string name, string type) in own)
        {
            (name.StartsWith('.') ? _extensions : _names)[name] = MediaTypes.Completed(type, charset);
        }
    }

    /// <summary>The usual one.</summary>
    public static MediaTypeTable Usual { get; } = new(new Dictionary<string, string>());

    /// <summary>The media type of a file by its path or name.</summary>
    public string Of(string path)
    {
        ReadOnlySpan<char> name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (Own(name) is { } own)
        {
            return own;
        }
        string? known = MediaTypes.Find(name);
        return known is null ? _unknown : WithCharset(known);
    }

    /// <summary>
    /// Whether a name has an extension of a known kind, so that it is a file's and no place's within an
    /// application. Allocates nothing.
    /// </summary>
    /// <param name="name">The last name of a path, UTF-8.</param>
    public bool HasExtension(ReadOnlySpan<byte> name)
    {
        int dot = name.LastIndexOf((byte)'.');
        Span<char> extension = stackalloc char[ExtensionMax];
        if (dot <= 0 || name.Length - dot > ExtensionMax || !Ascii.IsValid(name[dot..]))
        {
            return false;
        }
        int length = Encoding.ASCII.GetChars(name[dot..], extension);
        return _extensions.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(extension[..length])
            || MediaTypes.IsExtension(extension[1..length]);
    }

    private string? Own(ReadOnlySpan<char> name)
    {
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out string? type))
        {
            return type;
        }
        if (_extensions.Count == 0)
        {
            return null;
        }
        // The longest: .tar.gz before .gz.
        for (int dot = 1; dot < name.Length; dot++)
        {
            if (name[dot] == '.' && _extensions.GetAlternateLookup<ReadOnlySpan<char>>()
                .TryGetValue(name[dot..], out type))
            {
                return type;
            }
        }
        return null;
    }

    private string WithCharset(string type)
    {
        if (_charset == MediaTypes.Charset)
        {
            return type;
        }
        if (!_changed.TryGetValue(type, out string? changed))
        {
            _changed[type] = changed = MediaTypes.WithCharset(type, _charset);
        }
        return changed;
    }
}
