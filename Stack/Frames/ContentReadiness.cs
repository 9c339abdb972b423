namespace Straightwire.Stack.Frames;

/// <summary>Whether a slice of content can be sent now.</summary>
public enum ContentReadiness
{
    /// <summary>In memory: sending it waits for no storage.</summary>
    Resident,

    /// <summary>
    /// Not in memory yet; it has been asked for, and <see cref="IContentMemory.Version"/> changes when that
    /// is done.
    /// </summary>
    Pending,

    /// <summary>
    /// Gone: the file was truncated or cannot be read. The connection that sends it is reset.
    /// </summary>
    Faulted,
}
