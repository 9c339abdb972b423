using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http;

/// <summary>Paths that are to be left out, by patterns. For one thread at a time.</summary>
public sealed class PathFilter
{
    private readonly PathPattern[] _patterns;
    private byte[] _path = new byte[1024];

    /// <summary>Makes a filter.</summary>
    /// <param name="patterns">Each of them a <see cref="PathPattern"/>.</param>
    public PathFilter(IEnumerable<string> patterns) =>
        _patterns = [.. patterns.Select(static text => PathPattern.TryParse(text, out _)!)];

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
        foreach (PathPattern pattern in _patterns)
        {
            if (pattern.Matches(_path.AsSpan(0, length)))
            {
                return true;
            }
        }
        return false;
    }
}
