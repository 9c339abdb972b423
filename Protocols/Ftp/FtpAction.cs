namespace Straightwire.Protocols.Ftp;

/// <summary>What was done.</summary>
public enum FtpAction
{
    /// <summary>A user logged in.</summary>
    Login,

    /// <summary>A login failed.</summary>
    LoginFailed,

    /// <summary>RETR.</summary>
    Download,

    /// <summary>STOR, APPE, STOU.</summary>
    Upload,

    /// <summary>LIST, NLST, MLSD.</summary>
    List,

    /// <summary>DELE.</summary>
    Delete,

    /// <summary>RNTO.</summary>
    Rename,

    /// <summary>MKD.</summary>
    MakeDirectory,

    /// <summary>RMD.</summary>
    RemoveDirectory,

    /// <summary>MFMT.</summary>
    SetModified,
}
