namespace Straightwire.Appliance.Faults;

/// <summary>What comes of storage that is full, gone, forbidden or limited.</summary>
public static class StorageFault
{
    /// <summary>
    /// Whether an exception is one. The runtime says that an argument is out of range where a file must not
    /// grow any more (EFBIG: RLIMIT_FSIZE, or the file system's own limit).
    /// </summary>
    public static bool Is(Exception exception) => exception
        is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or NotSupportedException;
}
