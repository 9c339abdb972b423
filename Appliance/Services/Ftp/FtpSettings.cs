using Straightwire.Appliance.Changes;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>FTP.</summary>
public sealed record FtpSettings
{
    /// <summary>Whether the content is served by FTP.</summary>
    [Key("The content is served by FTP.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The TCP port of control connections.</summary>
    [Key("The TCP port of control connections.", Min = 1, Max = 65_535)]
    public int Port { get; init; } = 21;

    /// <summary>The ports of passive data connections.</summary>
    [Key("The ports of passive data connections, the first and the last one.", Format = KeyFormat.PortRange)]
    public string PassivePorts { get; init; } = "50000-50999";

    /// <summary>The address that PASV tells.</summary>
    [Key("The address that PASV tells where others know the server by another (NAT); null: its own.",
        Format = KeyFormat.Address)]
    public string? MasqueradeAddress { get; init; }

    /// <summary>Active data connections are opened.</summary>
    [Key("Active data connections (PORT and EPRT) are opened, to the client's own address only.")]
    public bool Active { get; init; } = true;

    /// <summary>The port that active data connections come from.</summary>
    [Key("The port that active data connections come from (RFC 959 §3.2: 20); 0: any.",
        Min = 0, Max = 65_535)]
    public int ActivePort { get; init; } = 20;

    /// <summary>The text of the greeting.</summary>
    [Key("The text of the greeting, at most 1024 characters; \\n begins another line.",
        Format = KeyFormat.Message)]
    public string Banner { get; init; } = "Straightwire FTP ready.";

    /// <summary>The name of a file whose text is told to who enters its directory.</summary>
    [Key("The name of a file whose text is told to who enters its directory; empty: none.",
        Format = KeyFormat.FileName)]
    public string DirectoryMessage { get; init; } = "";

    /// <summary>anonymous and ftp may log in, to read and list.</summary>
    [Key("The names anonymous and ftp may log in, to read and list and nothing else.")]
    public bool Anonymous { get; init; } = true;

    /// <summary>The directory of the content that is their root.</summary>
    [Key("The directory of the content that is their root.", Format = KeyFormat.ContentPath)]
    public string AnonymousRoot { get; init; } = "/";

    /// <summary>Who else may log in.</summary>
    [Key("Who else may log in.", Items = 10_000)]
    public FtpUserSettings[] Users { get; init; } = [];

    /// <summary>Control connections in all.</summary>
    [Key("Control connections in all; more are told 421.", Min = 1, Max = 4_194_304)]
    public int Clients { get; init; } = 10_000;

    /// <summary>Control connections from one peer.</summary>
    [Key("Control connections from one peer (tcp/peer/prefix4); more are told 421.",
        Min = 1, Max = 4_194_304)]
    public int ClientsPerPeer { get; init; } = 2000;

    /// <summary>Failed logins before a connection is closed.</summary>
    [Key("Failed logins before a connection is closed.", Min = 1, Max = 100)]
    public int FailedLogins { get; init; } = 3;

    /// <summary>How long the answer to a failed login waits.</summary>
    [Key("How long the answer to a failed login waits.", From = "0", To = "1m")]
    public Duration FailedLoginDelay { get; init; } = Duration.Parse("1s");

    /// <summary>From the connection to a login.</summary>
    [Key("From the connection to a login.", From = "1s", To = "1h")]
    public Duration LoginTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>How long a control connection without a command or transfer stays open.</summary>
    [Key("How long a control connection without a command or transfer stays open.", From = "1s", To = "24h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("5m");

    /// <summary>From a transfer command to its data connection.</summary>
    [Key("From a transfer command to its data connection.", From = "100ms", To = "1h")]
    public Duration AcceptTimeout { get; init; } = Duration.Parse("30s");

    /// <summary>How long an upload's data connection may be silent.</summary>
    [Key("How long an upload's data connection may be silent.", From = "1s", To = "24h")]
    public Duration DataTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Bytes of a command line.</summary>
    [Key("Bytes of a command line; a longer one is answered with 500.", Min = 512, Max = 16_384)]
    public int CommandBytes { get; init; } = 4096;

    /// <summary>Bytes of one line after which the connection is closed.</summary>
    [Key("Bytes of one line after which the connection is closed.", Min = 512, Max = 16_777_216)]
    public int LineBytes { get; init; } = 65_536;

    /// <summary>Bytes a second of one data connection.</summary>
    [Key("Bytes a second of one data connection, either way; 0: no limit.", Min = 0, Max = 1L << 40)]
    public long BytesPerSecond { get; init; }

    /// <summary>What users send.</summary>
    [Key("What users send. Nothing is kept ready for it where no user may change anything.")]
    public UploadOptions Uploads { get; init; } = new();

    /// <summary>Logs of transfers.</summary>
    [Key("Logs of transfers. Their files are opened anew on SIGUSR1.")]
    public TransferLogOptions Logs { get; init; } = new();

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
