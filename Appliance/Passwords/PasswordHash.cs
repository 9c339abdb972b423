using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Digests;

namespace Straightwire.Appliance.Passwords;

/// <summary>
/// A password as the configuration keeps it: PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-256, a salt of its own and
/// as many iterations as it says: <c>pbkdf2-sha256$600000$salt$hash</c>, the last two in Base64.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>
    /// Iterations of new hashes: OWASP's advice for PBKDF2 with HMAC-SHA-256, about a quarter of a second.
    /// </summary>
    public const int IterationsDefault = 600_000;

    /// <summary>The fewest that are taken: fewer protect nothing.</summary>
    public const int IterationsMin = 100_000;

    /// <summary>The most: a configuration cannot make every login take a minute.</summary>
    public const int IterationsMax = 10_000_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltBytes = 16;
    private const int SaltBytesMax = 64;
    private const int HashBytes = Pbkdf2.Length;

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) =>
        (Iterations, _salt, _hash) = (iterations, salt, hash);

    /// <summary>How much work a check is.</summary>
    public int Iterations { get; }

    /// <summary>Hashes a password with a new salt.</summary>
    public static PasswordHash Create(string password, int iterations = IterationsDefault)
    {
        byte[] salt = SystemRandom.Bytes(SaltBytes);
        return new PasswordHash(iterations, salt, Derive(password, salt, iterations));
    }

    /// <summary>A hash that no password has, and whose check is as much work.</summary>
    public static PasswordHash OfNobody(int iterations) =>
        new(iterations, SystemRandom.Bytes(SaltBytes), SystemRandom.Bytes(HashBytes));

    /// <summary>Reads the text form; false for any other, and for one that is too weak or too slow.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        string[] parts = text?.Split('$') ?? [];
        if (parts.Length != 4 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int iterations)
            || iterations is < IterationsMin or > IterationsMax
            || !TryDecode(parts[2], out byte[] salt) || salt.Length is < SaltBytes or > SaltBytesMax
            || !TryDecode(parts[3], out byte[] bytes) || bytes.Length != HashBytes)
        {
            return false;
        }
        hash = new PasswordHash(iterations, salt, bytes);
        return true;
    }

    /// <summary>
    /// Whether a password is the one, after at least <paramref name="iterationsLeast"/> iterations, so that
    /// the time of an answer does not tell one user from another.
    /// </summary>
    public bool Verify(string password, int iterationsLeast)
    {
        byte[] derived = Derive(password, _salt, Iterations);
        if (iterationsLeast > Iterations)
        {
            Derive(password, _salt, iterationsLeast - Iterations);
        }
        return CryptographicOperations.FixedTimeEquals(derived, _hash);
    }

    /// <summary>The form that the configuration has.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Scheme}${Iterations}${Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}");

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Pbkdf2.Derive(Encoding.UTF8.GetBytes(password), salt, iterations);

    private static bool TryDecode(string text, out byte[] bytes)
    {
        byte[] decoded = new byte[text.Length];
        bool isBase64 = Convert.TryFromBase64String(text, decoded, out int length);
        bytes = decoded[..length];
        return isBase64;
    }
}
