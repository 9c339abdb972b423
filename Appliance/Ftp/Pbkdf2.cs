namespace Straightwire.Appliance.Ftp;

/// <summary>
/// PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2) for a key of one block. The runtime's is OpenSSL's, and ends the
/// process where that is not installed.
/// </summary>
internal static class Pbkdf2
{
    /// <summary>Bytes of a derived key.</summary>
    public const int Length = Sha256.Length;

    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5c;

    /// <summary>Derives a key of <see cref="Length"/> bytes.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        // RFC 2104: a key that is longer than a block is hashed first.
        Span<byte> key = stackalloc byte[Sha256.BlockLength];
        key.Clear();
        if (password.Length > Sha256.BlockLength)
        {
            Sha256.Hash(password).CopyTo(key);
        }
        else
        {
            password.CopyTo(key);
        }

        // The keyed halves are the same in every iteration, so each is compressed once.
        var inner = new Sha256(Padded(key, InnerPad));
        var outer = new Sha256(Padded(key, OuterPad));

        // U1 = PRF(password, salt || INT(1)); Un = PRF(password, Un-1); the key is the sum of all.
        Span<byte> block = stackalloc byte[Length];
        inner.HashAfter([.. salt, 0, 0, 0, 1], block);
        outer.HashAfter(block, block);
        byte[] derived = block.ToArray();
        for (int i = 1; i < iterations; i++)
        {
            inner.HashAfter(block, block);
            outer.HashAfter(block, block);
            for (int b = 0; b < Length; b++)
            {
                derived[b] ^= block[b];
            }
        }
        return derived;
    }

    private static byte[] Padded(ReadOnlySpan<byte> key, byte pad)
    {
        byte[] padded = key.ToArray();
        for (int i = 0; i < padded.Length; i++)
        {
            padded[i] ^= pad;
        }
        return padded;
    }
}
