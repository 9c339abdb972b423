namespace Straightwire.Devices.Files;

/// <summary>What a name in a directory is.</summary>
public enum FileKind
{
    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A FIFO, socket or device.</summary>
    Other,
}
