using Straightwire.Protocols.Ftp;

namespace Straightwire.Simulation.Ftp;

/// <summary>Keeps all records.</summary>
public sealed class RecordedLog : IFtpLog
{
    /// <summary>In the order in which they came.</summary>
    public List<FtpRecord> Records { get; } = [];

    /// <inheritdoc/>
    public void Write(in FtpRecord record) => Records.Add(record);
}
