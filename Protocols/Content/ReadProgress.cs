namespace Straightwire.Protocols.Content;

/// <summary>What became of reading a piece of the content.</summary>
public enum ReadProgress
{
    /// <summary>The piece is read.</summary>
    Read,

    /// <summary>Its bytes are being brought from storage: ask again.</summary>
    Pending,

    /// <summary>Storage has failed, or the file is no longer what it was.</summary>
    Failed,
}
