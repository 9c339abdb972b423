namespace Straightwire.Protocols.Digests;

/// <summary>
/// PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2) for a key of one block. The runtime's is OpenSSL's, and ends the
/// process where that is not installed.
/// </summary>
public static class Pbkdf2
{
    /// <summary>Bytes of a derived key.</summary>
    public const int Length = Sha256.Length;

    /// <summary>Derives a key of <see cref="Length"/> bytes.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        var code = new HmacSha256(password);

        // U1 = PRF(password, salt || INT(1)); Un = PRF(password, Un-1); the key is the sum of all.
        Span<byte> block = stackalloc byte[Length];
        code.Of([.. salt, 0, 0, 0, 1], block);
        byte[] derived = block.ToArray();
        for (int i = 1; i < iterations; i++)
        {
            code.Of(block, block);
            for (int b = 0; b < Length; b++)
            {
                derived[b] ^= block[b];
            }
        }
        return derived;
    }
}
