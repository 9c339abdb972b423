namespace Straightwire.Protocols.Http.Request;

/// <summary>Entity tags in request fields (RFC 9110 §8.8.3).</summary>
internal static class EntityTags
{
    /// <summary>
    /// Whether a list of If-Match or If-None-Match is "*" or has the tag. A list that breaks the grammar has
    /// no further members from there on.
    /// </summary>
    /// <param name="list">The field's value, as it came.</param>
    /// <param name="current">The representation's own tag; empty when it has none.</param>
    /// <param name="weak">Whether weak tags match too (weak comparison, §8.8.3.2).</param>
    public static bool Contain(ReadOnlySpan<byte> list, ReadOnlySpan<byte> current, bool weak)
    {
        bool isCurrentWeak = current.StartsWith("W/"u8);
        ReadOnlySpan<byte> opaque = isCurrentWeak ? current[2..] : current;
        bool mayMatch = weak || !isCurrentWeak;
        if (list.SequenceEqual("*"u8))
        {
            return true;
        }
        while (!list.IsEmpty)
        {
            if (list[0] is (byte)',' or (byte)' ' or (byte)'\t')
            {
                list = list[1..];
                continue;
            }
            if (!TryTake(ref list, out ReadOnlySpan<byte> tag, out bool isWeak))
            {
                return false;
            }
            if (mayMatch && (weak || !isWeak) && tag.SequenceEqual(opaque))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Splits an entity-tag off: [ %s"W/" ] DQUOTE *etagc DQUOTE. The tag keeps its quotes and loses its W/.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> tag, out bool isWeak)
    {
        tag = default;
        isWeak = text.StartsWith("W/"u8);
        ReadOnlySpan<byte> opaque = isWeak ? text[2..] : text;
        if (opaque.IsEmpty || opaque[0] != '"')
        {
            return false;
        }
        int end = opaque[1..].IndexOf((byte)'"');
        if (end < 0)
        {
            return false;
        }
        tag = opaque[..(end + 2)];
        text = opaque[(end + 2)..];
        return true;
    }
}
