namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What a user may do.</summary>
public enum FtpRight
{
    /// <summary>Download files (RETR).</summary>
    Read,

    /// <summary>List directories.</summary>
    List,

    /// <summary>Upload files, and set their times.</summary>
    Write,

    /// <summary>Delete files and empty directories.</summary>
    Delete,

    /// <summary>Rename files and directories.</summary>
    Rename,

    /// <summary>Make directories.</summary>
    MakeDirectories,
}
