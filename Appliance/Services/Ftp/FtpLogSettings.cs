using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>Logs of transfers.</summary>
public sealed record FtpLogSettings
{
    /// <summary>A file in wu-ftpd's format.</summary>
    [Key("A file in wu-ftpd's format, xferlog(5); null: none.")]
    public string? Xferlog { get; init; }

    /// <summary>A file with a JSON object on each line.</summary>
    [Key("A file with a JSON object on each line, logins and lists included; null: none.")]
    public string? Json { get; init; }

    /// <summary>Records that wait to be written.</summary>
    [Key("Records that wait to be written; more are dropped and counted.", Min = 16, Max = 1_048_576)]
    public int Queue { get; init; } = 4096;
}
