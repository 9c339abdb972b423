namespace Straightwire.Protocols.Ftp;

/// <summary>What a user may do.</summary>
[Flags]
public enum FtpRights
{
    /// <summary>Nothing but to look around: CWD and PWD.</summary>
    None = 0,

    /// <summary>RETR and SIZE: read files.</summary>
    Read = 1,

    /// <summary>LIST, NLST, MLSD, MLST, MDTM and STAT with a path: see what there is.</summary>
    List = 2,

    /// <summary>STOR, APPE, STOU and MFMT: store and date files.</summary>
    Write = 4,

    /// <summary>DELE and RMD: delete files and empty directories.</summary>
    Delete = 8,

    /// <summary>RNFR and RNTO: rename files and directories.</summary>
    Rename = 16,

    /// <summary>May make directories (MKD).</summary>
    MakeDirectories = 32,
}
