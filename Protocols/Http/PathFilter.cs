using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http;

/// <summary>
/// Paths that are to be left out: whole ones, and patterns, of which those without a slash are of the last
/// name. For one thread at a time.
/// </summary>
public sealed class PathFilter
{
    private readonly byte[][] _patterns;
    private byte[] _path = new byte[1024];

    /// <summary>Makes a filter.</summary>
    /// <param name="patterns">Each of them <see cref="IsPattern"/>.</param>
    public PathFilter(IEnumerable<string> patterns) =>
        _patterns = [.. patterns.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether a text can be one of its patterns.</summary>
    public static bool IsPattern(string text) =>
        text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= GlobPattern.BytesMax
        && (text[0] == '/' || !text.Contains('/', StringComparison.Ordinal));

    /// <summary>Whether a request target, as it came, leads to a path that is to be left out.</summary>
    public bool Matches(ReadOnlySpan<byte> target)
    {
        int query = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = query < 0 ? target : target[..query];
        if (_patterns.Length == 0 || path.IsEmpty || path[0] != '/')
        {
            return false;
        }
        if (path.Length > _path.Length)
        {
            _path = new byte[path.Length];
        }
        if (CanonicalPath.TryMake(path, _path, out int length) != CanonicalPathResult.Ok)
        {
            return false;
        }
        ReadOnlySpan<byte> canonical = _path.AsSpan(0, length);
        ReadOnlySpan<byte> name = canonical[(canonical.LastIndexOf((byte)'/') + 1)..];
        foreach (byte[] pattern in _patterns)
        {
            if (GlobPattern.Matches(pattern, pattern[0] == '/' ? canonical : name))
            {
                return true;
            }
        }
        return false;
    }
}
