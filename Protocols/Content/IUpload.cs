namespace Straightwire.Protocols.Content;

/// <summary>
/// A file that is being received into a bounded buffer, which another thread writes to storage. Nothing of it
/// is visible before <see cref="Commit"/>.
/// </summary>
public interface IUpload
{
    /// <summary>Takes as many bytes as there is room for, and returns how many.</summary>
    int Write(ReadOnlySpan<byte> bytes);

    /// <summary>All was written: it is synced, gets its name, and is in the next generation.</summary>
    void Commit();

    /// <summary>
    /// It broke off, before or after <see cref="Commit"/>; what has come is kept aside for a while, so that
    /// the same owner can go on with it. Once the file has its name this changes nothing.
    /// </summary>
    void Abandon();
}
