namespace Straightwire.Protocols.Ftp;

/// <summary>What a user may do.</summary>
[Flags]
public enum FtpRights
{
    /// <summary>The user may do nothing but log in.</summary>
    None = 0,

    /// <summary>To read files: RETR.</summary>
    Read = 1,

    /// <summary>To see names: LIST, NLST, MLSD, MLST and STAT with a path.</summary>
    List = 2,

    /// <summary>To upload: STOR, APPE, STOU and MFMT.</summary>
    Write = 4,

    /// <summary>To delete: DELE and RMD.</summary>
    Delete = 8,

    /// <summary>To rename: RNFR and RNTO.</summary>
    Rename = 16,

    /// <summary>To make directories: MKD.</summary>
    MakeDirectories = 32,
}
