using Straightwire.Appliance.Changes;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>The section of FTP.</summary>
public sealed record FtpSettings : FtpLimits
{
    /// <summary>Whether the content is served by FTP.</summary>
    [Key("The content is served by FTP.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The ports of passive data connections.</summary>
    [Key("The ports of passive data connections, the first and the last one.",
        Format = KeyFormat.PortRange, After = nameof(Port))]
    public string PassivePorts { get; init; } = "50000-50999";

    /// <summary>The address that PASV tells.</summary>
    [Key("The address that PASV tells where others know the server by another (NAT); null: its own.",
        Format = KeyFormat.Address)]
    public string? MasqueradeAddress { get; init; }

    /// <summary>The directory of the content that is their root.</summary>
    [Key("The directory of the content that is their root.",
        Format = KeyFormat.ContentPath, After = nameof(Anonymous))]
    public string AnonymousRoot { get; init; } = "/";

    /// <summary>Who else may log in.</summary>
    [Key("Who else may log in.", Items = 10_000)]
    public FtpUserSettings[] Users { get; init; } = [];

    /// <summary>Limits on what users send.</summary>
    [Key("What users send. Nothing is kept ready for it where no user may change anything.",
        After = nameof(BytesPerSecond))]
    public UploadOptions Uploads { get; init; } = new();

    /// <summary>Where transfers are logged.</summary>
    [Key("Logs of transfers. Their files are opened anew on SIGUSR1.")]
    public TransferLogOptions Logs { get; init; } = new();

    /// <summary>Who may log in by FTP.</summary>
    public string UsersText()
    {
        int count = Users.Length;
        int writers = Users.Count(user => user.MayChange);
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
