using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Makes references of canonical paths, which begin with one slash, so that no target can make one lead to
/// another host (RFC 3986 §4.2). One per shard; what it returns is valid until it is asked again.
/// </summary>
/// <param name="targetMax">Bytes of the longest target.</param>
internal sealed class LocationWriter(int targetMax)
{
    // Up to three bytes for one of the path, a slash, the query as it came; two slashes, a host and a port.
    private readonly byte[] _location = new byte[(3 * targetMax) + HostName.LengthMax + 16];

    /// <summary>A path with a query, as seen from any page of the same host.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query) => Finish(0, path, query);

    /// <summary>The same on another host, by the scheme and at the port that the client uses.</summary>
    public ReadOnlySpan<byte> OnHost(
        ReadOnlySpan<byte> host,
        ReadOnlySpan<byte> authority,
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> query)
    {
        "//"u8.CopyTo(_location);
        host.CopyTo(_location.AsSpan(2));
        ReadOnlySpan<byte> port = HostName.PortOf(authority);
        port.CopyTo(_location.AsSpan(2 + host.Length));
        return Finish(2 + host.Length + port.Length, path, query);
    }

    private ReadOnlySpan<byte> Finish(int length, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
    {
        length += PercentEncoding.WritePath(path, _location.AsSpan(length));
        query.CopyTo(_location.AsSpan(length));
        return _location.AsSpan(0, length + query.Length);
    }
}
