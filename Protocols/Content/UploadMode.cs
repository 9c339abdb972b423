namespace Straightwire.Protocols.Content;

/// <summary>What an upload does with a file that is there.</summary>
public enum UploadMode
{
    /// <summary>
    /// Replaces it, or with an offset goes on from there: in a broken upload of the same owner to that path,
    /// else in a copy of the file.
    /// </summary>
    Store,

    /// <summary>Goes on at the end of either.</summary>
    Append,

    /// <summary>Takes a name that is free, made from the path.</summary>
    Unique,
}
