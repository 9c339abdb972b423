namespace Straightwire.Protocols.Ftp;

/// <summary>What a user may do.</summary>
[Flags]
public enum FtpRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>RETR.</summary>
    Read = 1,

    /// <summary>LIST, NLST, MLSD, MLST and STAT with a path.</summary>
    List = 2,

    /// <summary>STOR, APPE, STOU and MFMT.</summary>
    Write = 4,

    /// <summary>DELE and RMD.</summary>
    Delete = 8,

    /// <summary>RNFR and RNTO.</summary>
    Rename = 16,

    /// <summary>MKD.</summary>
    MakeDirectories = 32,
}
