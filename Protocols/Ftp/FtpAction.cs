namespace Straightwire.Protocols.Ftp;

/// <summary>What a client did, as a log tells it.</summary>
public enum FtpAction
{
    /// <summary>A user logged in.</summary>
    Login,

    /// <summary>A user, or nobody, gave a wrong password.</summary>
    LoginFailed,

    /// <summary>A file was sent (RETR).</summary>
    Download,

    /// <summary>A file was received (STOR, APPE, STOU).</summary>
    Upload,

    /// <summary>A directory was listed (LIST, NLST, MLSD).</summary>
    List,

    /// <summary>A file was deleted (DELE).</summary>
    Delete,

    /// <summary>A file or directory was renamed (RNTO).</summary>
    Rename,

    /// <summary>A directory was made (MKD).</summary>
    MakeDirectory,

    /// <summary>A directory was removed (RMD).</summary>
    RemoveDirectory,

    /// <summary>A file's time was set (MFMT).</summary>
    SetModified,
}
