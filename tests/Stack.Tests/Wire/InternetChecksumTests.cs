using System.Buffers.Binary;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Wire;

public class InternetChecksumTests
{
    [Test]
    public void Every_path_equals_the_naive_sum_at_every_length_and_alignment()
    {
        byte[] memory = new byte[400];
        new Random(1).NextBytes(memory);
        for (int alignment = 0; alignment < 16; alignment++)
        {
            for (int length = 0; length <= 300; length++)
            {
                ReadOnlySpan<byte> bytes = memory.AsSpan(alignment, length);
                ushort expected = Naive(bytes);
                if (InternetChecksum.Fold(InternetChecksum.Sum(bytes)) != expected
                    || Swapped(InternetChecksum.SumScalar(bytes)) != expected
                    || Swapped(InternetChecksum.SumVector256(bytes)) != expected
                    || Swapped(InternetChecksum.SumVector512(bytes)) != expected)
                {
                    Assert.Fail($"length {length}, alignment {alignment}");
                }
            }
        }
    }

    [Test]
    public void The_greatest_words_overflow_nothing()
    {
        byte[] memory = new byte[65_536];
        Array.Fill(memory, (byte)0xFF);
        Assert.That(InternetChecksum.Fold(InternetChecksum.Sum(memory, uint.MaxValue)), Is.EqualTo(0xFFFF));
        Assert.That(InternetChecksum.Fold(ulong.MaxValue), Is.EqualTo(0xFFFF));
    }

    [Test]
    public void Only_zeros_sum_to_zero()
    {
        byte[] memory = new byte[200];
        Assert.That(InternetChecksum.Fold(InternetChecksum.Sum(memory)), Is.Zero);
        memory[0] = memory[1] = 0xFF;
        Assert.That(InternetChecksum.Fold(InternetChecksum.Sum(memory)), Is.EqualTo(0xFFFF));
    }

    [Test]
    public void Pieces_of_even_length_chain()
    {
        byte[] memory = new byte[333];
        new Random(2).NextBytes(memory);
        ulong whole = InternetChecksum.Sum(memory);
        for (int cut = 0; cut <= memory.Length; cut += 2)
        {
            ulong chained = InternetChecksum.Sum(
                memory.AsSpan(cut), InternetChecksum.Sum(memory.AsSpan(0, cut)));
            Assert.That(
                InternetChecksum.Fold(chained), Is.EqualTo(InternetChecksum.Fold(whole)), $"cut at {cut}");
        }
    }

    [Test]
    public void The_example_of_rfc_1071_holds()
    {
        byte[] bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        Assert.That(InternetChecksum.Fold(InternetChecksum.Sum(bytes)), Is.EqualTo(0xddf2));
        Assert.That(InternetChecksum.Complete(InternetChecksum.Sum(bytes)), Is.EqualTo(0x220d));
    }

    [Test]
    public void The_pseudo_header_sums_as_its_bytes_do()
    {
        byte[] pseudo = [198, 18, 0, 1, 198, 18, 0, 2, 0, 17, 0x12, 0x34];
        ulong sum = InternetChecksum.PseudoHeader(
            Ipv4Address.Read(pseudo), Ipv4Address.Read(pseudo.AsSpan(4)), 17, 0x1234);
        Assert.That(InternetChecksum.Fold(sum), Is.EqualTo(Naive(pseudo)));
    }

    [Test]
    public void The_pseudo_header_of_ipv6_sums_as_its_bytes_do()
    {
        byte[] pseudo =
        [
            0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xC6, 0x12, 0, 1,
            0x20, 1, 0xD, 0xB8, 0xFF, 0xFF, 0, 0, 0xFF, 0xFE, 0, 0, 0, 0, 0, 2,
            0, 1, 0x12, 0x34, 0, 0, 0, 6,
        ];
        ulong sum = InternetChecksum.PseudoHeader(
            new IpAddress(0x2001_0DB8_0000_0000, 0x0000_0000_C612_0001),
            new IpAddress(0x2001_0DB8_FFFF_0000, 0xFFFE_0000_0000_0002), 6, 0x1_1234);
        Assert.That(InternetChecksum.Fold(sum), Is.EqualTo(Naive(pseudo)));
    }

    private static ushort Naive(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (ushort)sum;
    }

    private static ushort Swapped(ulong little) =>
        BinaryPrimitives.ReverseEndianness(InternetChecksum.Fold(little));
}
