using System.Buffers.Binary;
using Straightwire.Devices.Native;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>Where a shard's secrets come from: the system's random numbers.</summary>
public static class ShardSecretsSource
{
    /// <summary>Draws the secrets of one shard from the system.</summary>
    public static ShardSecrets Draw()
    {
        Span<byte> random = stackalloc byte[40];
        SystemRandom.Fill(random);
        return new ShardSecrets(
            BinaryPrimitives.ReadUInt128LittleEndian(random),
            BinaryPrimitives.ReadUInt128LittleEndian(random[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(random[32..]));
    }
}
