using System.ComponentModel;
using Straightwire.Appliance.Configuration;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>FTP.</summary>
public sealed record FtpSettings
{
    /// <summary>Whether the content is served by FTP.</summary>
    [Description("The content is served by FTP.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The TCP port of control connections.</summary>
    [Description("The TCP port of control connections.")]
    [Limits(1, 65_535)]
    public int Port { get; init; } = 21;

    /// <summary>The ports of passive data connections.</summary>
    [Description("The ports of passive data connections, the first and the last one.")]
    [TextFormat(TextKind.PortRange)]
    public string PassivePorts { get; init; } = "50000-50999";

    /// <summary>The address that PASV tells.</summary>
    [Description("The address that PASV tells where others know the server by another (NAT); null: its own.")]
    [TextFormat(TextKind.Address)]
    public string? MasqueradeAddress { get; init; }

    /// <summary>Active data connections are opened.</summary>
    [Description("Active data connections (PORT and EPRT) are opened, to the client's own address only.")]
    public bool Active { get; init; } = true;

    /// <summary>The port that active data connections come from.</summary>
    [Description("The port that active data connections come from (RFC 959 §3.2: 20); 0: any.")]
    [Limits(0, 65_535)]
    public int ActivePort { get; init; } = 20;

    /// <summary>The text of the greeting.</summary>
    [Description("The text of the greeting, at most 1024 characters; \\n begins another line.")]
    [TextFormat(TextKind.Message)]
    public string Banner { get; init; } = "Straightwire FTP ready.";

    /// <summary>The name of a file whose text is told to who enters its directory.</summary>
    [Description("The name of a file whose text is told to who enters its directory; empty: none.")]
    [TextFormat(TextKind.FileName)]
    public string DirectoryMessage { get; init; } = "";

    /// <summary>anonymous and ftp may log in, to read and list.</summary>
    [Description("The names anonymous and ftp may log in, to read and list and nothing else.")]
    public bool Anonymous { get; init; } = true;

    /// <summary>The directory of the content that is their root.</summary>
    [Description("The directory of the content that is their root.")]
    [TextFormat(TextKind.ContentPath)]
    public string AnonymousRoot { get; init; } = "/";

    /// <summary>Who else may log in.</summary>
    [Description("Who else may log in.")]
    [ItemLimits(10_000)]
    public FtpUserSettings[] Users { get; init; } = [];

    /// <summary>Control connections in all.</summary>
    [Description("Control connections in all; more are told 421.")]
    [Limits(1, 4_194_304)]
    public int Clients { get; init; } = 10_000;

    /// <summary>Control connections from one peer.</summary>
    [Description("Control connections from one peer (tcp/peer/prefix4); more are told 421.")]
    [Limits(1, 4_194_304)]
    public int ClientsPerPeer { get; init; } = 2000;

    /// <summary>Failed logins before a connection is closed.</summary>
    [Description("Failed logins before a connection is closed.")]
    [Limits(1, 100)]
    public int FailedLogins { get; init; } = 3;

    /// <summary>How long the answer to a failed login waits.</summary>
    [Description("How long the answer to a failed login waits.")]
    [DurationLimits("0", "1m")]
    public Duration FailedLoginDelay { get; init; } = Duration.Parse("1s");

    /// <summary>From the connection to a login.</summary>
    [Description("From the connection to a login.")]
    [DurationLimits("1s", "1h")]
    public Duration LoginTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>How long a control connection without a command or transfer stays open.</summary>
    [Description("How long a control connection without a command or transfer stays open.")]
    [DurationLimits("1s", "24h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("5m");

    /// <summary>From a transfer command to its data connection.</summary>
    [Description("From a transfer command to its data connection.")]
    [DurationLimits("100ms", "1h")]
    public Duration AcceptTimeout { get; init; } = Duration.Parse("30s");

    /// <summary>How long an upload's data connection may be silent.</summary>
    [Description("How long an upload's data connection may be silent.")]
    [DurationLimits("1s", "24h")]
    public Duration DataTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Bytes of a command line.</summary>
    [Description("Bytes of a command line; a longer one is answered with 500.")]
    [Limits(512, 16_384)]
    public int CommandBytes { get; init; } = 4096;

    /// <summary>Bytes of one line after which the connection is closed.</summary>
    [Description("Bytes of one line after which the connection is closed.")]
    [Limits(512, 16_777_216)]
    public int LineBytes { get; init; } = 65_536;

    /// <summary>Bytes a second of one data connection.</summary>
    [Description("Bytes a second of one data connection, either way; 0: no limit.")]
    [Limits(0, 1L << 40)]
    public long BytesPerSecond { get; init; }

    /// <summary>What users send.</summary>
    [Description("What users send. Nothing is kept ready for it where no user may change anything.")]
    public FtpUploadSettings Uploads { get; init; } = new();

    /// <summary>Logs of transfers.</summary>
    [Description("Logs of transfers. Their files are opened anew on SIGUSR1.")]
    public FtpLogSettings Logs { get; init; } = new();

    /// <summary>Who may log in by FTP.</summary>
    public string UsersText()
    {
        int count = Users.Length;
        int writers = Users.Count(user =>
            user.Rights?.Any(right => right is not (FtpRight.Read or FtpRight.List)) == true);
        string users = count switch
        {
            0 => "",
            1 => "1 user",
            _ => FormattableString.Invariant($"{count} users"),
        };
        users += writers == 0 ? "" : FormattableString.Invariant($", {writers} with rights to change files");
        return (Anonymous, count) switch
        {
            (true, 0) => "anonymous, read only",
            (true, _) => $"anonymous, read only; {users}",
            (false, 0) => "nobody may log in",
            _ => users,
        };
    }
}
