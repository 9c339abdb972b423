using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// A hash of addresses keyed with a secret, so that nobody can choose addresses that collide: one
/// multiplication folded.
/// </summary>
/// <param name="key">The secret that nobody else knows.</param>
/// <param name="bits">How many bits the result has.</param>
internal readonly struct AddressHash(ulong key, int bits)
{
    private readonly ulong _factor = key | 1;
    private readonly ulong _mask = ulong.RotateLeft(key, 32) ^ 0x9E37_79B9_7F4A_7C15;

    /// <summary>How many results there are.</summary>
    public int Count => 1 << bits;

    /// <summary>The hash of an address: from 0 to <see cref="Count"/> − 1.</summary>
    public int Of(IpAddress address)
    {
        ulong high = Math.BigMul(address.Low ^ _mask, address.High ^ _factor, out ulong low);
        return (int)((high ^ low) >> 24) & ((1 << bits) - 1);
    }
}
