using Straightwire.Appliance.Logs;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What the logs of transfers are told.</summary>
public sealed record TransferLogOptions
{
    /// <summary>A file in wu-ftpd's format; null: none.</summary>
    [Key("A file in wu-ftpd's format, xferlog(5); null: none.")]
    public string? Xferlog { get; init; }

    /// <summary>A file with a JSON object on each line; null: none.</summary>
    [Key("A file with a JSON object on each line, logins and lists included; null: none.")]
    public string? Json { get; init; }

    /// <summary>Records that wait; beyond them the last one of the peer that has most is dropped.</summary>
    [Key("Records that wait to be written; more are dropped and counted.", Min = 16, Max = 1_048_576)]
    public int Queue { get; init; } = 4096;

    /// <summary>How much of an IPv4 address makes a peer, whose records are written in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;

    /// <summary>What of peers' addresses is told.</summary>
    public AddressMask Mask { get; init; } = AddressMask.None;
}
