namespace Straightwire.Appliance.Logs;

/// <summary>Where the records of a <see cref="RecordLog{T}"/> go.</summary>
/// <typeparam name="T">A record.</typeparam>
public interface IRecordSink<T>
    where T : allows ref struct
{
    /// <summary>Bytes that wait for <see cref="Flush"/>.</summary>
    int Gathered => 0;

    /// <summary>Whether it takes a record; from any thread.</summary>
    bool Takes(in T record);

    /// <summary>Takes one, on the log's thread; what it throws costs this record.</summary>
    void Add(in T record);

    /// <summary>Writes what it has gathered, on the log's thread.</summary>
    void Flush()
    {
    }
}
