namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Takes what the service did; returns at once, and drops and counts when it cannot keep up.
/// </summary>
public interface IFtpLog
{
    /// <summary>Takes one record, from the shard's thread.</summary>
    void Write(in FtpRecord record);
}
