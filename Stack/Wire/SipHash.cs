using System.Numerics;

namespace Straightwire.Stack.Wire;

/// <summary>
/// SipHash-2-4 of whole words: the pseudo-random function of RFC 6528's initial sequence numbers.
/// </summary>
public static class SipHash
{
    /// <summary>
    /// Hashes bytes, given as little-endian words of 8, with a 128-bit key; of fewer words another hash.
    /// </summary>
    public static ulong Hash(UInt128 key, params ReadOnlySpan<ulong> words)
    {
        ulong k0 = (ulong)key;
        ulong k1 = (ulong)(key >> 64);
        ulong v0 = k0 ^ 0x736f6d6570736575;
        ulong v1 = k1 ^ 0x646f72616e646f6d;
        ulong v2 = k0 ^ 0x6c7967656e657261;
        ulong v3 = k1 ^ 0x7465646279746573;
        foreach (ulong word in words)
        {
            Absorb(word, ref v0, ref v1, ref v2, ref v3);
        }
        Absorb((ulong)(words.Length * sizeof(ulong)) << 56, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
