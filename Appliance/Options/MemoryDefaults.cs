using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Processes;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Options;

/// <summary>Defaults that follow the memory that there is.</summary>
/// <param name="memory">How much the process may use.</param>
public sealed class MemoryDefaults(MachineMemory memory)
{
    /// <summary>What the runtime and the other limits' defaults may take.</summary>
    private const long OthersMost = 192L << 20;

    private readonly MemoryScale _scale = new(memory);

    /// <summary>Those of this process.</summary>
    public static MemoryDefaults Own { get; } = new(MachineMemory.Own);

    /// <summary>content.packedBytes: half of the memory that others leave.</summary>
    public long PackedBytes => Math.Clamp(
        (memory.Bytes - OthersMost) / 2, 1 << 20, new ContentOptions().PackedBytesMax);

    /// <summary>server.poolFrames.</summary>
    public int PoolFrames => _scale.Of(new FrameLimits().PoolFrameCount, 1024);

    /// <summary>tcp.receiveBuffers.</summary>
    public int ReceiveBuffers => _scale.Of(new TcpLimits().ReceiveBufferCount, 16);
}
