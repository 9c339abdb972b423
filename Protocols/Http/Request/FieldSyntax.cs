using System.Buffers;

namespace Straightwire.Protocols.Http.Request;

/// <summary>What the values of fields have in common, in any version of HTTP (RFC 9110 §5).</summary>
internal static class FieldSyntax
{
    /// <summary>tchar, RFC 9110 §5.6.2.</summary>
    public static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Splits off the next of <see cref="HttpRequest.FieldLines"/>; false at their end.
    /// </summary>
    public static bool TryNextLine(
        ref ReadOnlySpan<byte> lines, out FieldName field, out ReadOnlySpan<byte> value)
    {
        field = FieldName.Other;
        value = default;
        int end = lines.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }
        ReadOnlySpan<byte> line = lines[..(end - 1)];
        lines = lines[(end + 1)..];
        int colon = line.IndexOf((byte)':');
        field = FieldNames.Identify(line[..colon]);
        value = TrimWhitespace(line[(colon + 1)..]);
        return true;
    }

    /// <summary>
    /// Splits off the next member of a comma-separated list; false at its end. RFC 9110 §5.6.1.2: a recipient
    /// ignores empty members, so that none is ever told.
    /// </summary>
    public static bool TryNextMember(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> member)
    {
        do
        {
            int comma = list.IndexOf((byte)',');
            member = TrimWhitespace(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? default : list[(comma + 1)..];
        }
        while (member.IsEmpty && !list.IsEmpty);
        return !member.IsEmpty;
    }

    /// <summary>Removes OWS = *( SP / HTAB ) at both ends (RFC 9110 §5.6.3).</summary>
    public static ReadOnlySpan<byte> TrimWhitespace(ReadOnlySpan<byte> value)
    {
        int start = 0;
        int end = value.Length;
        while (start < end && value[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }
        while (end > start && value[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }
        return value[start..end];
    }
}
