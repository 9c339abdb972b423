namespace Straightwire.Protocols.Ftp;

/// <summary>What a line of the log tells of.</summary>
public enum FtpAction
{
    /// <summary>A user logged in.</summary>
    Login,

    /// <summary>A login failed: its password was wrong.</summary>
    LoginFailed,

    /// <summary>RETR: a file was sent.</summary>
    Download,

    /// <summary>STOR, APPE, STOU: a file was received.</summary>
    Upload,

    /// <summary>LIST, NLST, MLSD: a directory was listed.</summary>
    List,

    /// <summary>DELE: a file was deleted.</summary>
    Delete,

    /// <summary>RNTO: a file or directory was renamed.</summary>
    Rename,

    /// <summary>MKD: a directory was made.</summary>
    MakeDirectory,

    /// <summary>RMD: a directory was removed.</summary>
    RemoveDirectory,

    /// <summary>MFMT, MFF, SITE UTIME: a file's time was set.</summary>
    SetModified,
}
