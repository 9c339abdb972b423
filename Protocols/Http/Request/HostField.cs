using System.Buffers;

namespace Straightwire.Protocols.Http.Request;

/// <summary>Host = uri-host [ ":" port ] (RFC 9110 §7.2, RFC 3986 §3.2.2).</summary>
internal static class HostField
{
    // unreserved, sub-delims and the percent sign.
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "-._~!$&'()*+,;=%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> LiteralBytes = SearchValues.Create(
        "-._~!$&'()*+,;=:%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Whether it is an authority that an http URI can have: RFC 9110 §4.2.1 leaves no place for an empty
    /// host, §4.2.4 none for userinfo.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> authority)
    {
        if (authority.IsEmpty)
        {
            return false;
        }
        int end;
        if (authority[0] == '[')
        {
            end = authority.IndexOf((byte)']') + 1;
            if (end < 4 || authority[1..(end - 1)].ContainsAnyExcept(LiteralBytes))
            {
                return false;
            }
        }
        else
        {
            end = authority.IndexOfAnyExcept(NameBytes);
            end = end < 0 ? authority.Length : end;
        }
        return end > 0 && (end == authority.Length || IsPort(authority[end..]));
    }

    private static bool IsPort(ReadOnlySpan<byte> colonAndPort) =>
        colonAndPort[0] == ':'
        && (colonAndPort.Length == 1
            || (DecimalNumber.TryParse(colonAndPort[1..], out long port) && port <= ushort.MaxValue));
}
