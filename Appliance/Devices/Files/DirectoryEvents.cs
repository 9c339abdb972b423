namespace Straightwire.Devices.Files;

/// <summary>What happened in a directory, as inotify(7) tells it.</summary>
[Flags]
public enum DirectoryEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bytes of a file were written, or it is shorter.</summary>
    Modified = 0x2,

    /// <summary>Permissions, times or the number of names changed.</summary>
    Attributes = 0x4,

    /// <summary>A file that was open for writing was closed.</summary>
    Written = 0x8,

    /// <summary>A name was taken away by a renaming.</summary>
    MovedFrom = 0x40,

    /// <summary>A name was given by a renaming.</summary>
    MovedTo = 0x80,

    /// <summary>A name came: a file, a directory, a link.</summary>
    Created = 0x100,

    /// <summary>A name was deleted.</summary>
    Deleted = 0x200,

    /// <summary>The directory itself was deleted.</summary>
    SelfDeleted = 0x400,

    /// <summary>The directory itself has another name.</summary>
    SelfMoved = 0x800,

    /// <summary>The file system was unmounted.</summary>
    Unmounted = 0x2000,

    /// <summary>More happened than could be told, in any directory.</summary>
    Overflow = 0x4000,

    /// <summary>The directory is watched no more; its number is free.</summary>
    Ignored = 0x8000,

    /// <summary>What it happened to is a directory.</summary>
    OfDirectory = 0x4000_0000,
}
