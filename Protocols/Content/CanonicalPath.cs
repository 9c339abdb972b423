using System.Buffers;
using System.Text.Unicode;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Content;

/// <summary>
/// The one producer of canonical paths: what it has not made is not looked up, and what it makes has no
/// second spelling. A canonical path begins with a slash, is percent-decoded valid UTF-8 without control
/// bytes and backslashes, and has no empty and no dot segment; a final slash is kept, for it tells a
/// directory from a file.
/// </summary>
public static class CanonicalPath
{
    // Printable ASCII that stands for itself wherever it stands; dots and slashes are looked at in pairs.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "!\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~ "u8);

    /// <summary>
    /// Makes the canonical path of a request target's path, whose query is already cut off. Percent-encoding
    /// is decoded exactly once (RFC 3986 §2.4), an encoded slash separates like a plain one, runs of slashes
    /// count as one, and dot segments are resolved (§5.2.4). Malformed are: a path that does not begin with a
    /// slash, a bad escape, an encoded or raw control byte (%00 among them), a backslash however written
    /// (some clients take it for a slash, so that it has no one meaning), invalid or overlong UTF-8, and a
    /// <c>..</c> that leaves the root.
    /// </summary>
    /// <param name="target">The path as it came.</param>
    /// <param name="destination">At least as long as <paramref name="target"/>; its content is undefined
    /// after a failure.</param>
    /// <param name="length">Bytes of the canonical path; 0 after a failure.</param>
    public static CanonicalPathResult TryMake(
        ReadOnlySpan<byte> target, Span<byte> destination, out int length)
    {
        Invariant.Assert(destination.Length >= target.Length, "no canonical path is longer than its target");
        length = 0;
        if (target.IsEmpty || target[0] != (byte)'/')
        {
            return CanonicalPathResult.Malformed;
        }
        if (IsPlain(target))
        {
            target.CopyTo(destination);
            length = target.Length;
            return CanonicalPathResult.Ok;
        }
        if (!TryDecode(target, destination, out int decoded)
            || !Utf8.IsValid(destination[..decoded])
            || !TryResolve(destination[..decoded], out length))
        {
            length = 0;
            return CanonicalPathResult.Malformed;
        }
        return CanonicalPathResult.Ok;
    }

    /// <summary>
    /// Whether a file name can be a segment of a canonical path, which is what a request could ask for: valid
    /// UTF-8, without control bytes, slashes and backslashes, not empty, not <c>.</c> and not <c>..</c>. It
    /// is not decoded: a percent sign in a file's name stands for itself.
    /// </summary>
    public static bool IsSegment(ReadOnlySpan<byte> name)
    {
        foreach (byte value in name)
        {
            if (IsRefused(value) || value == (byte)'/')
            {
                return false;
            }
        }
        return !name.IsEmpty && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)
            && Utf8.IsValid(name);
    }

    /// <summary>
    /// Whether a name is one of a dot file that no index holds: all but <c>.well-known</c> (RFC 8615).
    /// </summary>
    public static bool IsHidden(ReadOnlySpan<byte> name) =>
        name.Length > 0 && name[0] == (byte)'.' && !name.SequenceEqual(".well-known"u8);

    private static bool IsPlain(ReadOnlySpan<byte> target) =>
        target.IndexOfAnyExcept(Plain) < 0 && target.IndexOf("//"u8) < 0 && target.IndexOf("/."u8) < 0;

    private static bool IsRefused(byte value) => value is < 0x20 or 0x7F or (byte)'\\';

    private static bool TryDecode(ReadOnlySpan<byte> target, Span<byte> destination, out int length)
    {
        length = 0;
        for (int i = 0; i < target.Length; i++)
        {
            byte value = target[i];
            if (value == (byte)'%')
            {
                if (i + 2 >= target.Length
                    || !char.IsAsciiHexDigit((char)target[i + 1])
                    || !char.IsAsciiHexDigit((char)target[i + 2]))
                {
                    return false;
                }
                value = (byte)((HexValue(target[i + 1]) << 4) | HexValue(target[i + 2]));
                i += 2;
            }
            if (IsRefused(value))
            {
                return false;
            }
            destination[length++] = value;
        }
        return true;
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    // RFC 3986 §5.2.4, in place: the result never overtakes what is still to be read.
    private static bool TryResolve(Span<byte> path, out int length)
    {
        length = 1;
        int start = 1;
        while (start < path.Length)
        {
            int slash = path[start..].IndexOf((byte)'/');
            int end = slash < 0 ? path.Length : start + slash;
            Span<byte> segment = path[start..end];
            if (segment.SequenceEqual(".."u8))
            {
                if (length == 1)
                {
                    return false;
                }
                length = path[..(length - 1)].LastIndexOf((byte)'/') + 1;
            }
            else if (!segment.IsEmpty && !segment.SequenceEqual("."u8))
            {
                segment.CopyTo(path[length..]);
                length += segment.Length;
                if (slash >= 0)
                {
                    path[length++] = (byte)'/';
                }
            }
            start = end + 1;
        }
        return true;
    }
}
