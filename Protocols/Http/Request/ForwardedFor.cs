using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http.Request;

/// <summary>
/// Who asks through proxies, as X-Forwarded-For lists them: each proxy adds behind the others whom it was
/// asked by, so that the list is worth as much as those who have written its end.
/// </summary>
internal static class ForwardedFor
{
    // Proxies in a row that are believed; a longer list is somebody's work.
    private const int ProxyMax = 16;

    /// <summary>
    /// The last address of the list that is no trusted proxy's; the peer itself where it is none, and where
    /// nothing is told. What is no address ends the list: who wrote it is the last that is known.
    /// </summary>
    /// <param name="peer">The other end of the connection.</param>
    /// <param name="request">A request with all its fields.</param>
    /// <param name="proxies">Networks whose hosts are believed.</param>
    public static IpAddress ClientOf(
        IpAddress peer, scoped in HttpRequest request, ReadOnlySpan<IpPrefix> proxies)
    {
        IpAddress client = peer;
        if (!request.Has(FieldName.ForwardedFor) || !Contains(proxies, client))
        {
            return client;
        }
        ReadOnlySpan<byte> lines = request.FieldLines;
        int hops = 0;
        while (!lines.IsEmpty)
        {
            int start = lines[..^2].LastIndexOf((byte)'\n') + 1;
            ReadOnlySpan<byte> line = lines[start..^2];
            lines = lines[..start];
            int colon = line.IndexOf((byte)':');
            if (colon < 0 || FieldNames.Identify(line[..colon]) != FieldName.ForwardedFor)
            {
                continue;
            }
            ReadOnlySpan<byte> list = line[(colon + 1)..];
            while (!list.IsEmpty)
            {
                int comma = list.LastIndexOf((byte)',');
                ReadOnlySpan<byte> member = FieldSyntax.TrimWhitespace(list[(comma + 1)..]);
                list = list[..Math.Max(comma, 0)];
                if (member.IsEmpty)
                {
                    // RFC 9110 §5.6.1.2: empty members of a list are nothing.
                    continue;
                }
                if (++hops > ProxyMax || !TryReadHost(member, out IpAddress host))
                {
                    return client;
                }
                client = host;
                if (!Contains(proxies, client))
                {
                    return client;
                }
            }
        }
        return client;
    }

    /// <summary>Whether a host is in one of some networks.</summary>
    public static bool Contains(ReadOnlySpan<IpPrefix> networks, IpAddress host)
    {
        foreach (ref readonly IpPrefix network in networks)
        {
            if (network.Contains(host))
            {
                return true;
            }
        }
        return false;
    }

    // An address, in brackets or not, with or without a port: proxies write all of these.
    private static bool TryReadHost(ReadOnlySpan<byte> text, out IpAddress host)
    {
        host = default;
        if (text[0] == '[')
        {
            int end = text.IndexOf((byte)']');
            return end > 0 && IpAddressText.TryRead(text[1..end], out host);
        }
        int colon = text.IndexOf((byte)':');
        bool hasPort = colon >= 0 && colon == text.LastIndexOf((byte)':');
        return IpAddressText.TryRead(hasPort ? text[..colon] : text, out host);
    }
}
