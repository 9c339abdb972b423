namespace Straightwire.Protocols.Digests;

/// <summary>
/// HMAC with SHA-256 (RFC 2104, FIPS 198-1). The keyed halves are the same for every text, so each is
/// compressed once.
/// </summary>
public sealed class HmacSha256
{
    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5c;

    private readonly Sha256 _inner;
    private readonly Sha256 _outer;

    /// <summary>Takes a key of any length.</summary>
    public HmacSha256(ReadOnlySpan<byte> key)
    {
        // RFC 2104: a key that is longer than a block is hashed first.
        Span<byte> padded = stackalloc byte[Sha256.BlockLength];
        padded.Clear();
        if (key.Length > Sha256.BlockLength)
        {
            Sha256.Hash(key).CopyTo(padded);
        }
        else
        {
            key.CopyTo(padded);
        }
        _inner = new Sha256(Padded(padded, InnerPad));
        _outer = new Sha256(Padded(padded, OuterPad));
    }

    /// <summary>
    /// The code of a text, <see cref="Sha256.Length"/> bytes; both may be the same memory. From any thread.
    /// </summary>
    public void Of(ReadOnlySpan<byte> text, Span<byte> code)
    {
        _inner.HashAfter(text, code);
        _outer.HashAfter(code[..Sha256.Length], code);
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
