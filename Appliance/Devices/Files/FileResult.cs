namespace Straightwire.Devices.Files;

/// <summary>What became of a change of a file system, told apart as far as callers act differently.</summary>
public enum FileResult
{
    /// <summary>The call did what was asked.</summary>
    Ok,

    /// <summary>A name is missing, or what leads to it is no directory.</summary>
    NotFound,

    /// <summary>The name is taken, or what has it is a directory.</summary>
    AlreadyExists,

    /// <summary>A directory has something in it.</summary>
    NotEmpty,

    /// <summary>Permissions, a read-only or an immutable file system.</summary>
    NotPermitted,

    /// <summary>The name is too long, is a link, or would put a directory into itself.</summary>
    BadName,

    /// <summary>The file is larger than the file system allows.</summary>
    TooLarge,

    /// <summary>The storage, or what the system lets this user have of it, is full.</summary>
    OutOfSpace,

    /// <summary>Anything else that the kernel says.</summary>
    Failed,
}
