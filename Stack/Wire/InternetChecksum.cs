using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Straightwire.Stack.Wire;

/// <summary>
/// The Internet checksum (RFC 1071). A sum is a plain number that is congruent, modulo 65535, to the sum of
/// the bytes' 16-bit words in network order; it is zero only when all of them are. Sums of pieces of even
/// length can be chained.
/// </summary>
public static class InternetChecksum
{
    private const int Vector512Minimum = 128;
    private const int Vector256Minimum = 64;

    /// <summary>
    /// Adds the words of <paramref name="bytes"/> to <paramref name="sum"/>; an odd last byte is padded with
    /// zero.
    /// </summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes, ulong sum = 0)
    {
        ulong little;
        if (bytes.Length >= Vector512Minimum
            && Vector512.IsHardwareAccelerated
            && BitConverter.IsLittleEndian)
        {
            little = SumVector512(bytes);
        }
        else if (bytes.Length >= Vector256Minimum
            && Vector256.IsHardwareAccelerated
            && BitConverter.IsLittleEndian)
        {
            little = SumVector256(bytes);
        }
        else
        {
            little = SumScalar(bytes);
        }
        // RFC 1071 §2(B): the sum of swapped words is the swapped sum.
        return sum + BinaryPrimitives.ReverseEndianness(Fold(little));
    }

    /// <summary>Folds a sum to 16 bits; not complemented, as links expect it in a partial checksum.</summary>
    public static ushort Fold(ulong sum)
    {
        // 64 bits become 33, then 32, then 17, then 16.
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 16) + (ushort)sum;
        return (ushort)((sum >> 16) + (ushort)sum);
    }

    /// <summary>
    /// The checksum itself: the complement of the folded sum. Of bytes with a right checksum in them it is 0.
    /// </summary>
    public static ushort Complete(ulong sum) => (ushort)~Fold(sum);

    /// <summary>
    /// The sum of the pseudo-header of TCP and UDP, over IPv4 (RFC 9293 §3.1, RFC 768) and over IPv6 (RFC
    /// 8200 §8.1) alike: what an IPv4 address has before it in its mapped form is 0 modulo 65535.
    /// </summary>
    /// <param name="source">The address that the packet comes from.</param>
    /// <param name="destination">The address that it is for.</param>
    /// <param name="protocol">6 for TCP, 17 for UDP.</param>
    /// <param name="length">Bytes of transport header and payload.</param>
    public static ulong PseudoHeader(
        IpAddress source, IpAddress destination, byte protocol, int length) =>
        SumOf(source) + SumOf(destination) + protocol + (uint)length;

    private static ulong SumOf(IpAddress address) =>
        (address.High >> 32) + (uint)address.High + (address.Low >> 32) + (uint)address.Low;

    /// <summary>The sum of the words in little-endian order.</summary>
    internal static ulong SumScalar(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            sum += (word >> 32) + (uint)word;
            bytes = bytes[8..];
        }
        if (bytes.Length >= 4)
        {
            sum += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[4..];
        }
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            bytes = bytes[2..];
        }
        return bytes.IsEmpty ? sum : sum + bytes[0];
    }

    /// <summary>
    /// As <see cref="SumScalar"/>, 32 bytes at a time: two sums of 32-bit halves, which cannot overflow.
    /// </summary>
    internal static ulong SumVector256(ReadOnlySpan<byte> bytes)
    {
        Vector256<ulong> low = Vector256<ulong>.Zero;
        Vector256<ulong> high = Vector256<ulong>.Zero;
        Vector256<ulong> mask = Vector256.Create<ulong>(uint.MaxValue);
        while (bytes.Length >= Vector256<byte>.Count)
        {
            Vector256<ulong> words = Vector256.Create(bytes).AsUInt64();
            low += words & mask;
            high += words >>> 32;
            bytes = bytes[Vector256<byte>.Count..];
        }
        return Vector256.Sum(low + high) + SumScalar(bytes);
    }

    /// <summary>As <see cref="SumScalar"/>, 64 bytes at a time.</summary>
    internal static ulong SumVector512(ReadOnlySpan<byte> bytes)
    {
        Vector512<ulong> low = Vector512<ulong>.Zero;
        Vector512<ulong> high = Vector512<ulong>.Zero;
        Vector512<ulong> mask = Vector512.Create<ulong>(uint.MaxValue);
        while (bytes.Length >= Vector512<byte>.Count)
        {
            Vector512<ulong> words = Vector512.Create(bytes).AsUInt64();
            low += words & mask;
            high += words >>> 32;
            bytes = bytes[Vector512<byte>.Count..];
        }
        return Vector512.Sum(low + high) + SumScalar(bytes);
    }
}
