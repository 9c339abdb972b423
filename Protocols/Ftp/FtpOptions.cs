using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Everything the FTP service is told, and the limit on everything that a client may make it hold.
/// </summary>
public sealed record FtpOptions
{
    /// <summary>The TCP port of control connections.</summary>
    public ushort Port { get; init; } = 21;

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
    public IpAddress? MasqueradeAddress { get; init; }

    /// <summary>Whether PORT and EPRT are taken.</summary>
    public bool AllowsActive { get; init; } = true;

    /// <summary>The port that active data connections come from; RFC 959 §3.2 says 20; 0 draws one.</summary>
    public ushort ActivePort { get; init; } = 20;

    /// <summary>The text of the greeting; lines are separated by LF.</summary>
    public string Banner { get; init; } = "Straightwire FTP ready.";

    /// <summary>
    /// The name of a file in a directory whose text is told to who enters it; empty: none is.
    /// </summary>
    public string DirectoryMessageFile { get; init; } = "";

    /// <summary>Whether <c>anonymous</c> and <c>ftp</c> may log in, to read and list.</summary>
    public bool AllowsAnonymous { get; init; } = true;

    /// <summary>The directory that is their <c>/</c>: a canonical path with its final slash.</summary>
    public string AnonymousRoot { get; init; } = "/";

    /// <summary>Who else may log in, each with a password.</summary>
    public IReadOnlyList<FtpUser> Users { get; init; } = [];

    /// <summary>Control connections in all; more are told 421.</summary>
    public int ClientsMax { get; init; } = 10_000;

    /// <summary>Control connections from one peer; more are told 421.</summary>
    public int ClientsPerPeerMax { get; init; } = 2000;

    /// <summary>How much of an IPv4 address makes a peer, 0 to 32 bits.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>Failed logins before the connection is closed.</summary>
    public int FailedLoginsMax { get; init; } = 3;

    /// <summary>How long the answer to a failed login waits.</summary>
    public TimeSpan FailedLoginDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From the connection to a login.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a control connection without a command or transfer stays open.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From a transfer command to its data connection.</summary>
    public TimeSpan AcceptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an upload's data connection may be silent.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a command line; a longer one is answered with 500.</summary>
    public int CommandBytesMax { get; init; } = 4096;

    /// <summary>Bytes of one line after which the connection is closed.</summary>
    public int LineBytesMax { get; init; } = 65_536;

    /// <summary>Bytes a second of one data connection, either way; 0: no limit.</summary>
    public long BytesPerSecond { get; init; }
}
