using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// What is allowed, how much and for how long: keys that the service is told as they stand.
/// </summary>
public record FtpLimits
{
    /// <summary>The TCP port of control connections.</summary>
    [Key("The TCP port of control connections.", Min = 1, Max = 65_535)]
    public ushort Port { get; init; } = 21;

    /// <summary>Whether PORT and EPRT are taken.</summary>
    [Key("Active data connections (PORT and EPRT) are opened, to the client's own address only.")]
    public bool Active { get; init; } = true;

    /// <summary>The port that they come from.</summary>
    [Key("The port that active data connections come from (RFC 959 §3.2: 20); 0: any.",
        Min = 0, Max = 65_535)]
    public ushort ActivePort { get; init; } = 20;

    /// <summary>The text of the greeting; lines are separated by LF.</summary>
    [Key("The text of the greeting, at most 1024 characters; \\n begins another line.",
        Format = KeyFormat.Message)]
    public string Banner { get; init; } = "Straightwire FTP ready.";

    /// <summary>The name of a file in any directory; empty: none.</summary>
    [Key("The name of a file whose text is told to who enters its directory; empty: none.",
        Format = KeyFormat.FileName)]
    public string DirectoryMessage { get; init; } = "";

    /// <summary>Whether somebody may log in without a name of its own.</summary>
    [Key("The names anonymous and ftp may log in, to read and list and nothing else.")]
    public bool Anonymous { get; init; } = true;

    /// <summary>Control connections in all.</summary>
    [Key("Control connections in all; more are told 421.", Min = 1, Max = 4_194_304)]
    public int Clients { get; init; } = 10_000;

    /// <summary>Control connections from one peer.</summary>
    [Key("Control connections from one peer (tcp/peer/prefix4); more are told 421.",
        Min = 1, Max = 4_194_304)]
    public int ClientsPerPeer { get; init; } = 2000;

    /// <summary>Failed logins of one connection.</summary>
    [Key("Failed logins before a connection is closed.", Min = 1, Max = 100)]
    public int FailedLogins { get; init; } = 3;

    /// <summary>How long the answer to a failed login waits.</summary>
    [Key("How long the answer to a failed login waits.", From = "0", To = "1m")]
    public Duration FailedLoginDelay { get; init; } = Duration.Parse("1s");

    /// <summary>From the connection to a login.</summary>
    [Key("From the connection to a login.", From = "1s", To = "1h")]
    public Duration LoginTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Of a control connection.</summary>
    [Key("How long a control connection without a command or transfer stays open.",
        From = "1s", To = "24h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("5m");

    /// <summary>From a transfer command to its data connection.</summary>
    [Key("From a transfer command to its data connection.", From = "100ms", To = "1h")]
    public Duration AcceptTimeout { get; init; } = Duration.Parse("30s");

    /// <summary>Of an upload's data connection.</summary>
    [Key("How long an upload's data connection may be silent.", From = "1s", To = "24h")]
    public Duration DataTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Bytes of a command line.</summary>
    [Key("Bytes of a command line; a longer one is answered with 500.", Min = 512, Max = 16_384)]
    public int CommandBytes { get; init; } = 4096;

    /// <summary>Bytes that nobody sends in one line but to be in the way.</summary>
    [Key("Bytes of one line after which the connection is closed.", Min = 512, Max = 16_777_216)]
    public int LineBytes { get; init; } = 65_536;

    /// <summary>The pace of a data connection.</summary>
    [Key("Bytes a second of one data connection, either way; 0: no limit.", Min = 0, Max = 1L << 40)]
    public long BytesPerSecond { get; init; }
}
