namespace Straightwire.Protocols.Content;

/// <summary>How a change of the content ended.</summary>
public enum ChangeResult
{
    /// <summary>It is made, and in the generation that the shard serves from now on.</summary>
    Done,

    /// <summary>There is no such file or directory.</summary>
    NotFound,

    /// <summary>The name is taken.</summary>
    AlreadyExists,

    /// <summary>The directory is not empty.</summary>
    NotEmpty,

    /// <summary>The system does not let this process do it.</summary>
    NotPermitted,

    /// <summary>The name cannot be had: no name that is served, or one that leads through a link.</summary>
    BadName,

    /// <summary>An upload is to go on behind the end of what is there.</summary>
    BadOffset,

    /// <summary>The file would be larger than its owner's files may be.</summary>
    TooLarge,

    /// <summary>The owner's files together would be larger than they may be.</summary>
    OverQuota,

    /// <summary>There is no room on the storage.</summary>
    OutOfSpace,

    /// <summary>There are as many files or directories as the content may have.</summary>
    TooMany,

    /// <summary>It is on the storage, and a limit of the content keeps it from being served.</summary>
    NotServed,

    /// <summary>Storage failed; the log says how.</summary>
    Failed,
}
