using System.Buffers.Binary;
using System.Numerics;

namespace Straightwire.Protocols.Digests;

/// <summary>SHA-256 (FIPS 180-4 §6.2); the state after a first block can be used many times.</summary>
public sealed class Sha256
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    /// <summary>Bytes that are compressed at once.</summary>
    public const int BlockLength = 64;

    private const int WordCount = 64;
    private const int StateLength = 8;

    private static readonly uint[] Initial =
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    // FIPS 180-4 §4.2.2.
    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private readonly uint[] _start = [.. Initial];

    /// <summary>Compresses a first block, or starts from the beginning when there is none.</summary>
    public Sha256(ReadOnlySpan<byte> firstBlock = default)
    {
        if (!firstBlock.IsEmpty)
        {
            Compress(_start, firstBlock);
            HasFirstBlock = true;
        }
    }

    private bool HasFirstBlock { get; }

    /// <summary>The hash of some bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        byte[] hash = new byte[Length];
        new Sha256().HashAfter(bytes, hash);
        return hash;
    }

    /// <summary>The hash of the first block and these bytes; both may be the same memory.</summary>
    public void HashAfter(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        Span<uint> state = stackalloc uint[StateLength];
        _start.CopyTo(state);
        ulong bits = 8UL * ((ulong)bytes.Length + (HasFirstBlock ? BlockLength : 0UL));
        for (; bytes.Length >= BlockLength; bytes = bytes[BlockLength..])
        {
            Compress(state, bytes);
        }

        // §5.1.1: a one, zeros, and the length in bits at the end of the last block.
        Span<byte> last = stackalloc byte[2 * BlockLength];
        last.Clear();
        bytes.CopyTo(last);
        last[bytes.Length] = 0x80;
        int length = bytes.Length < BlockLength - sizeof(ulong) ? BlockLength : 2 * BlockLength;
        BinaryPrimitives.WriteUInt64BigEndian(last[(length - sizeof(ulong))..], bits);
        Compress(state, last);
        if (length > BlockLength)
        {
            Compress(state, last[BlockLength..]);
        }
        for (int i = 0; i < StateLength; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * sizeof(uint))..], state[i]);
        }
    }

    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[WordCount];
        for (int i = 0; i < 16; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * sizeof(uint))..]);
        }
        for (int i = 16; i < words.Length; i++)
        {
            uint near = words[i - 2];
            uint far = words[i - 15];
            near = BitOperations.RotateRight(near, 17) ^ BitOperations.RotateRight(near, 19) ^ (near >> 10);
            far = BitOperations.RotateRight(far, 7) ^ BitOperations.RotateRight(far, 18) ^ (far >> 3);
            words[i] = near + words[i - 7] + far + words[i - 16];
        }
        (uint a, uint b, uint c, uint d) = (state[0], state[1], state[2], state[3]);
        (uint e, uint f, uint g, uint h) = (state[4], state[5], state[6], state[7]);
        ReadOnlySpan<uint> constants = Constants;
        for (int i = 0; i < words.Length; i++)
        {
            uint sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11)
                ^ BitOperations.RotateRight(e, 25);
            uint one = h + sum1 + ((e & f) ^ (~e & g)) + constants[i] + words[i];
            uint sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13)
                ^ BitOperations.RotateRight(a, 22);
            uint two = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + one, c, b, a, one + two);
        }
        (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
    }
}
