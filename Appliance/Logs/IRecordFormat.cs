using System.Buffers;

namespace Straightwire.Appliance.Logs;

/// <summary>How records stand in a file: each on a line of its own.</summary>
/// <typeparam name="T">A record.</typeparam>
public interface IRecordFormat<T>
    where T : allows ref struct
{
    /// <summary>Whether there is a line for it; from any thread.</summary>
    bool Has(in T record);

    /// <summary>Writes the line with its LF, of a record that has one.</summary>
    void Write(in T record, IBufferWriter<byte> destination);
}
