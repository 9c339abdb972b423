using Straightwire.Devices.Processes;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Configuration;

/// <summary>Defaults that follow the memory that there is.</summary>
/// <param name="memory">How much the process may use.</param>
public sealed class MemoryDefaults(MachineMemory memory)
{
    /// <summary>From this much on pools are as large as they get without being told.</summary>
    private const long WholePoolsFrom = 1L << 30;

    /// <summary>What the runtime and the other limits' defaults may take.</summary>
    private const long OthersMost = 192L << 20;

    private const long PackedBytesMost = 4L << 30;

    /// <summary>Those of this process.</summary>
    public static MemoryDefaults Own { get; } = new(MachineMemory.Own);

    /// <summary>content.packedBytes: half of the memory that others leave, up to 4 GB.</summary>
    public long PackedBytes => Math.Clamp((memory.Bytes - OthersMost) / 2, 1 << 20, PackedBytesMost);

    /// <summary>server.poolFrames.</summary>
    public int PoolFrames => Part(new FrameLimits().PoolFrameCount, 1024);

    /// <summary>tcp.receiveBuffers.</summary>
    public int ReceiveBuffers => Part(new TcpLimits().ReceiveBufferCount, 16);

    /// <summary>ftp.uploads.blocks.</summary>
    public int UploadBlocks => Part(256, 16);

    private int Part(int whole, int least) => memory.Bytes >= WholePoolsFrom
        ? whole
        : Math.Max(least, (int)(whole * memory.Bytes / WholePoolsFrom));
}
