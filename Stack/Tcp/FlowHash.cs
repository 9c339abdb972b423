using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// A hash of flows keyed with a secret, so that peers cannot choose flows that collide: two multiplications
/// folded.
/// </summary>
public sealed class FlowHash
{
    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <summary>Takes the secret that keys it.</summary>
    public FlowHash(UInt128 key)
    {
        _key0 = (ulong)key | 1;
        _key1 = (ulong)(key >> 64) | 1;
    }

    /// <summary>The hash of a flow.</summary>
    public uint Of(in FlowKey flow)
    {
        IpAddress remote = flow.RemoteAddress;
        ulong high = Math.BigMul(remote.Low ^ _key0, remote.High ^ _key1, out ulong low);
        ulong peer = high ^ low ^ ((ulong)flow.RemotePort << 48) ^ ((ulong)flow.LocalPort << 32);
        // Our own addresses are few, and nobody chooses them.
        ulong local = flow.LocalAddress.High ^ flow.LocalAddress.Low;
        high = Math.BigMul(peer ^ _key0, local ^ _key1, out low);
        return (uint)((high ^ low) >> 16);
    }
}
