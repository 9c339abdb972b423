using System.Globalization;
using System.Text;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>Hosts as configuration names them.</summary>
internal static class HostText
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };

    /// <summary>
    /// A host as it is written in requests: small letters, and A-labels in place of U-labels (RFC 5890).
    /// </summary>
    /// <exception cref="ArgumentException">It is no host.</exception>
    public static string ToAscii(string host) =>
        Ascii.IsValid(host) ? host.ToLowerInvariant() : Idn.GetAscii(host).ToLowerInvariant();

    /// <summary>
    /// The spelling that it is found by; what begins with <c>*.</c> begins with the dot.
    /// </summary>
    /// <exception cref="ArgumentException">It is no host.</exception>
    public static string ToKey(string host)
    {
        bool isBelow = host.StartsWith("*.", StringComparison.Ordinal);
        byte[] text = Encoding.ASCII.GetBytes(ToAscii(isBelow ? host[2..] : host));
        Span<byte> key = stackalloc byte[HostName.LengthMax];
        return HostName.TryMake(text, key, out int length)
            ? (isBelow ? "." : "") + Encoding.ASCII.GetString(key[..length])
            : throw new ArgumentException($"'{host}' is no host", nameof(host));
    }

    /// <summary>Why a text is no host; null when it is one.</summary>
    public static string? FaultOf(string host)
    {
        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        if (name.Contains('*', StringComparison.Ordinal))
        {
            return $"'{host}': a * stands for the first labels only, as in *.example.org";
        }
        try
        {
            string text = ToAscii(name);
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            if (!Request.HostField.IsValid(bytes) || text.Contains('%', StringComparison.Ordinal)
                || text.Contains("..", StringComparison.Ordinal) || text[0] == '.')
            {
                return $"'{host}' is no name of a host, like example.org";
            }
            if (HostName.PortOf(bytes).Length > 0 || text.EndsWith(':'))
            {
                return $"'{host}' has a port: a site has its names at the one port of http/port";
            }
            _ = ToKey(host);
            return null;
        }
        catch (ArgumentException)
        {
            return $"'{host}' is no name of a host, like example.org";
        }
    }
}
