using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Everything the FTP service is told, and the limit on everything that a client may make it hold.
/// </summary>
public sealed record FtpOptions : FtpLimits
{
    /// <summary>The limits as they are by default.</summary>
    public FtpOptions()
    {
    }

    /// <summary>These limits.</summary>
    public FtpOptions(FtpLimits limits)
        : base(limits)
    {
    }

    /// <summary>The first port of passive data connections.</summary>
    public ushort PassivePortFirst { get; init; } = 50_000;

    /// <summary>The last port of passive data connections.</summary>
    public ushort PassivePortLast { get; init; } = 50_999;

    /// <summary>
    /// This shard's number: it takes the passive ports p with (p − first) % shards = number.
    /// </summary>
    public int ShardNumber { get; init; }

    /// <summary>How many shards there are, among which passive ports are dealt out.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>
    /// The address that PASV tells, where it is not ours (NAT); null: the one that was connected to.
    /// </summary>
    public IpAddress? PassiveAddress { get; init; }

    /// <summary>
    /// The directory that is the anonymous user's <c>/</c>: a canonical path with its final slash.
    /// </summary>
    public string AnonymousDirectory { get; init; } = "/";

    /// <summary>Who else may log in, each with a password.</summary>
    public IReadOnlyList<FtpUser> Users { get; init; } = [];

    /// <summary>How much of an IPv4 address makes a peer, 0 to 32 bits.</summary>
    public int PeerPrefixLength { get; init; } = 32;
}
