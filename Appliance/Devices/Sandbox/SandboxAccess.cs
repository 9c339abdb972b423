namespace Straightwire.Devices.Sandbox;

/// <summary>What may be done with a file, or with everything beneath a directory.</summary>
public enum SandboxAccess
{
    /// <summary>Files are read, directories listed.</summary>
    Read,

    /// <summary>A program that may be run, and read.</summary>
    Execute,

    /// <summary>Files are read and written, as devices are.</summary>
    ReadWrite,

    /// <summary>
    /// Files are made, written, cut short and removed, but not read: for logs, whose directories are listed.
    /// </summary>
    Append,

    /// <summary>Files and directories are read, made, written, renamed and removed.</summary>
    Change,
}
