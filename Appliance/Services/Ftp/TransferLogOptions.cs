namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What the logs of transfers are told.</summary>
public sealed record TransferLogOptions
{
    /// <summary>A file in wu-ftpd's format; null: none.</summary>
    public string? XferlogFile { get; init; }

    /// <summary>A file with a JSON object on each line; null: none.</summary>
    public string? JsonFile { get; init; }

    /// <summary>
    /// Records that wait to be written; beyond them the last one of the peer that has most is dropped and
    /// counted.
    /// </summary>
    public int QueueMax { get; init; } = 4096;

    /// <summary>How much of an IPv4 address makes a peer, whose records are written in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;
}
