using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// A hash of flows keyed with a secret, so that peers cannot choose flows that collide: two multiplications
/// folded.
/// </summary>
public sealed class FlowHash
{
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <summary>Takes the secret.</summary>
    public FlowHash(UInt128 key)
    {
        _key0 = (ulong)key | 1;
        _key1 = (ulong)(key >> 64) | 1;
    }

    /// <summary>The hash of a flow.</summary>
    public uint Of(in FlowKey flow)
    {
        ulong remote = ((ulong)flow.RemoteAddress.Value << 32)
            | ((uint)flow.RemotePort << 16)
            | flow.LocalPort;
        ulong high = Math.BigMul(remote ^ _key0, flow.LocalAddress.Value ^ _key1, out ulong low);
        high = Math.BigMul(high ^ low ^ _key1, GoldenRatio, out low);
        return (uint)((high ^ low) >> 16);
    }
}
