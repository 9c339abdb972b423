using System.Security.Cryptography;
using System.Text;
using Straightwire.Protocols.Digests;

namespace Straightwire.Protocols.Tests.Digests;

/// <summary>Against the runtime's own, which are OpenSSL's.</summary>
public sealed class Pbkdf2Tests
{
    [Test]
    public void Hashes_of_every_length_around_a_block_are_openssls()
    {
        byte[] bytes = new byte[300];
        new Random(5).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.That(
                Sha256.Hash(bytes.AsSpan(0, length)),
                Is.EqualTo(SHA256.HashData(bytes.AsSpan(0, length))),
                $"{length} bytes");
        }
    }

    [TestCase(0, 16, 1)]
    [TestCase(1, 16, 2)]
    [TestCase(63, 20, 3)]
    [TestCase(64, 55, 3)]
    [TestCase(65, 64, 3)]
    [TestCase(256, 16, 1000)]
    public void Keys_are_openssls(int passwordLength, int saltLength, int iterations)
    {
        byte[] password = Encoding.ASCII.GetBytes(new string('p', passwordLength));
        byte[] salt = new byte[saltLength];
        new Random(6).NextBytes(salt);

        Assert.That(Pbkdf2.Derive(password, salt, iterations), Is.EqualTo(
            Rfc2898DeriveBytes.Pbkdf2(
                password, salt, iterations, HashAlgorithmName.SHA256, Pbkdf2.Length)));
    }
}
