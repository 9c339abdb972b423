using System.Buffers.Binary;

namespace Straightwire.Simulation;

/// <summary>The control bits of a TCP header, in wire order.</summary>
[Flags]
public enum RawFlags : byte
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>FIN.</summary>
    Fin = 1,

    /// <summary>SYN.</summary>
    Syn = 2,

    /// <summary>RST.</summary>
    Rst = 4,

    /// <summary>PSH.</summary>
    Psh = 8,

    /// <summary>ACK.</summary>
    Ack = 16,

    /// <summary>URG.</summary>
    Urg = 32,

    /// <summary>ECE (RFC 3168).</summary>
    Ece = 64,

    /// <summary>CWR (RFC 3168).</summary>
    Cwr = 128,
}

/// <summary>A TCP segment as it stands on the wire, sequence numbers absolute.</summary>
public sealed record RawSegment
{
    private const int HeaderLength = 20;

    /// <summary>Source port.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>SEG.SEQ.</summary>
    public uint Seq { get; init; }

    /// <summary>SEG.ACK, on the wire even without the ACK bit.</summary>
    public uint Ack { get; init; }

    /// <summary>Control bits.</summary>
    public RawFlags Flags { get; init; }

    /// <summary>SEG.WND, not scaled.</summary>
    public ushort Window { get; init; } = 65_535;

    /// <summary>Urgent pointer.</summary>
    public ushort Urgent { get; init; }

    /// <summary>Options as bytes, a multiple of 4, up to 40.</summary>
    public byte[] Options { get; init; } = [];

    /// <summary>Data.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>SEG.LEN: data, and one for each of SYN and FIN.</summary>
    public int SequenceLength => Payload.Length + (Has(RawFlags.Syn) ? 1 : 0) + (Has(RawFlags.Fin) ? 1 : 0);

    /// <summary>Whether all these bits are set.</summary>
    public bool Has(RawFlags flags) => (Flags & flags) == flags;

    /// <summary>
    /// The segment's bytes, checksum complete. Addresses as numbers, the first byte most significant.
    /// </summary>
    public byte[] Write(uint source, uint destination)
    {
        byte[] bytes = new byte[HeaderLength + Options.Length + Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Seq);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Ack);
        bytes[12] = (byte)((HeaderLength + Options.Length) / 4 << 4);
        bytes[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), Window);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(18), Urgent);
        Options.CopyTo(bytes.AsSpan(HeaderLength));
        Payload.CopyTo(bytes.AsSpan(HeaderLength + Options.Length));
        BinaryPrimitives.WriteUInt16BigEndian(
            bytes.AsSpan(16), RawFrame.TransportChecksum(source, destination, 6, bytes));
        return bytes;
    }

    /// <summary>
    /// Reads a segment; throws <see cref="SimulationException"/> if anything is wrong with it.
    /// </summary>
    public static RawSegment Read(uint source, uint destination, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
        {
            throw new SimulationException("a TCP header has 20 bytes");
        }
        int headerLength = bytes[12] >> 4 << 2;
        if (headerLength < HeaderLength || headerLength > bytes.Length)
        {
            throw new SimulationException($"a data offset of {headerLength} bytes in {bytes.Length}");
        }
        if (RawFrame.TransportChecksum(source, destination, 6, bytes) != 0)
        {
            throw new SimulationException("a TCP checksum is wrong");
        }
        if ((bytes[12] & 15) != 0)
        {
            throw new SimulationException("reserved bits are sent as zero (RFC 9293 §3.1)");
        }
        return new RawSegment
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Seq = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Ack = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            Flags = (RawFlags)bytes[13],
            Window = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]),
            Urgent = BinaryPrimitives.ReadUInt16BigEndian(bytes[18..]),
            Options = bytes[HeaderLength..headerLength].ToArray(),
            Payload = bytes[headerLength..].ToArray(),
        };
    }
}
