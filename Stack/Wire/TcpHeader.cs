using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>The fixed part of a TCP header (RFC 9293 §3.1).</summary>
public readonly record struct TcpHeader(
    ushort SourcePort,
    ushort DestinationPort,
    SequenceNumber Sequence,
    SequenceNumber Acknowledgment,
    TcpFlags Flags,
    ushort Window)
{
    /// <summary>Bytes of the fixed part.</summary>
    public const int LengthMin = 20;

    /// <summary>Most bytes with options.</summary>
    public const int LengthMax = 60;

    /// <summary>Where the checksum stands.</summary>
    public const int ChecksumOffset = 16;

    /// <summary>
    /// Reads a header; false when the bytes are fewer than it says or its data offset is below 5.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> segment,
        out TcpHeader header,
        out ReadOnlySpan<byte> options,
        out ReadOnlySpan<byte> payload)
    {
        if (segment.Length >= LengthMin)
        {
            int length = (segment[12] >> 4) * 4;
            if (length >= LengthMin && length <= segment.Length)
            {
                header = new TcpHeader(
                    BinaryPrimitives.ReadUInt16BigEndian(segment),
                    BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
                    new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(segment[4..])),
                    new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(segment[8..])),
                    (TcpFlags)segment[13],
                    BinaryPrimitives.ReadUInt16BigEndian(segment[14..]));
                options = segment[LengthMin..length];
                payload = segment[length..];
                return true;
            }
        }
        header = default;
        options = default;
        payload = default;
        return false;
    }

    /// <summary>
    /// Writes the fixed part with a data offset for <paramref name="optionsLength"/> bytes of options (a
    /// multiple of 4); checksum and urgent pointer are 0.
    /// </summary>
    public void Write(Span<byte> destination, int optionsLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Acknowledgment.Value);
        destination[12] = (byte)((LengthMin + optionsLength) << 2);
        destination[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(destination[14..], Window);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], 0);
    }

    /// <summary>Whether any of some bits is set.</summary>
    public bool Has(TcpFlags flags) => (Flags & flags) != 0;
}
