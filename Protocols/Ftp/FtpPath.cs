using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Paths of a user's view, whose root is <c>/</c> wherever it is in the content. They have no second
/// spelling, and none leads out of the root: the root's parent is the root, as in a file system.
/// </summary>
internal static class FtpPath
{
    /// <summary>Bytes of the longest path, UTF-8.</summary>
    public const int BytesMax = 4096;

    // More characters than ".well-known" has, so that a cut name is never taken for it.
    private const int HiddenCharsMax = 12;

    /// <summary>
    /// Makes the path that a command's argument means. Empty segments and <c>.</c> vanish, <c>..</c> takes
    /// the segment before it away, a final slash is dropped. Nothing is decoded, and <c>~</c> is a name like
    /// others.
    /// </summary>
    /// <param name="current">The current directory: a path of this function's, by default <c>/</c>.</param>
    /// <param name="argument">Absolute when it begins with a slash, else relative to the current directory.
    /// </param>
    /// <param name="path">Without a final slash, but <c>/</c> for the root. Empty after a failure.</param>
    /// <returns>False when a segment is no <see cref="CanonicalPath.IsSegment"/>, or the path longer than
    /// <see cref="BytesMax"/>.</returns>
    public static bool TryResolve(string current, ReadOnlySpan<byte> argument, out string path)
    {
        path = "";
        Span<byte> resolved = stackalloc byte[BytesMax];
        int length = 0;
        if ((argument.IsEmpty || argument[0] != (byte)'/') && current.Length > 1
            && !Encoding.UTF8.TryGetBytes(current, resolved, out length))
        {
            return false;
        }
        while (!argument.IsEmpty)
        {
            int slash = argument.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? argument : argument[..slash];
            argument = slash < 0 ? default : argument[(slash + 1)..];
            if (segment.SequenceEqual(".."u8))
            {
                length = Math.Max(resolved[..length].LastIndexOf((byte)'/'), 0);
            }
            else if (!segment.IsEmpty && !segment.SequenceEqual("."u8)
                && !TryAppend(segment, resolved, ref length))
            {
                return false;
            }
        }
        path = length == 0 ? "/" : Encoding.UTF8.GetString(resolved[..length]);
        return true;
    }

    /// <summary>The canonical path in the content, without a final slash, of a path of the user's.</summary>
    /// <param name="root">The user's root in the content, with its final slash.</param>
    /// <param name="path">What <see cref="TryResolve"/> made.</param>
    public static string ToContent(string root, string path)
    {
        if (root.Length == 1)
        {
            return path;
        }
        return path.Length == 1 ? root[..^1] : string.Concat(root.AsSpan(0, root.Length - 1), path);
    }

    /// <summary>The user's path of one in the content that is below the user's root.</summary>
    public static string FromContent(string root, string path) => path[(root.Length - 1)..];

    /// <summary>Whether a segment is <see cref="CanonicalPath.IsHidden"/>: no index holds it.</summary>
    public static bool HidesAny(string path)
    {
        Span<byte> name = stackalloc byte[HiddenCharsMax * 3];
        ReadOnlySpan<char> rest = path;
        for (int dot = rest.IndexOf("/."); dot >= 0; dot = rest.IndexOf("/."))
        {
            rest = rest[(dot + 1)..];
            int slash = rest.IndexOf('/');
            ReadOnlySpan<char> segment = slash < 0 ? rest : rest[..slash];
            int length = Encoding.UTF8.GetBytes(segment[..Math.Min(segment.Length, HiddenCharsMax)], name);
            if (CanonicalPath.IsHidden(name[..length]))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// A path as 257 tells it: in double quotes, and every one within doubled (RFC 959 Appendix II).
    /// </summary>
    public static string Quoted(string path) => $"\"{path.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool TryAppend(ReadOnlySpan<byte> segment, Span<byte> path, ref int length)
    {
        if (path.Length - length <= segment.Length || !CanonicalPath.IsSegment(segment))
        {
            return false;
        }
        path[length++] = (byte)'/';
        segment.CopyTo(path[length..]);
        length += segment.Length;
        return true;
    }
}
