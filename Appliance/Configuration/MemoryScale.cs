using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.Configuration;

/// <summary>How pools follow the memory that there is.</summary>
/// <param name="memory">How much the process may use.</param>
public sealed class MemoryScale(MachineMemory memory)
{
    /// <summary>From this much on pools are as large as they get without being told.</summary>
    private const long WholeFrom = 1L << 30;

    /// <summary>That of this process.</summary>
    public static MemoryScale Own { get; } = new(MachineMemory.Own);

    /// <summary>How many a pool has with the memory that there is.</summary>
    /// <param name="whole">With enough memory.</param>
    /// <param name="least">With however little.</param>
    public int Of(int whole, int least) => memory.Bytes >= WholeFrom
        ? whole
        : Math.Max(least, (int)(whole * memory.Bytes / WholeFrom));
}
