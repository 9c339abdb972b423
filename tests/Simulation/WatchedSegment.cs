using System.Buffers.Binary;

namespace Straightwire.Simulation;

/// <summary>A segment that one of two stacks sent, as <see cref="TcpWatch"/> remembers it.</summary>
internal sealed class WatchedSegment
{
    private const int TcpLength = 20;

    private WatchedSegment()
    {
    }

    /// <summary>Source and destination port.</summary>
    public (ushort From, ushort To) Ports { get; private init; }

    /// <summary>SEG.SEQ.</summary>
    public uint Sequence { get; private init; }

    /// <summary>SEG.ACK.</summary>
    public uint Acknowledgment { get; private init; }

    /// <summary>SEG.WND, not scaled.</summary>
    public uint Window { get; private init; }

    /// <summary>Control bits.</summary>
    public RawFlags Flags { get; private init; }

    /// <summary>Data bytes.</summary>
    public int Length { get; private init; }

    /// <summary>Whether it was sent as ECN-capable.</summary>
    public bool IsCapable { get; private init; }

    /// <summary>The shift of its window scale option; negative: it has none.</summary>
    public int Scale { get; private init; } = -1;

    /// <summary>The stream that its data are of; null: none.</summary>
    public WatchedStream? Stream { get; set; }

    /// <summary>How many segments of the stream were sent before it.</summary>
    public int Order { get; set; }

    /// <summary>How often it has arrived.</summary>
    public int Arrivals { get; set; }

    /// <summary>Whether these bits are set.</summary>
    public bool Has(RawFlags flags) => (Flags & flags) == flags;

    /// <summary>Reads a frame that a stack sent; null: it is no TCP segment.</summary>
    public static WatchedSegment? Read(ReadOnlySpan<byte> frame)
    {
        if (!RawFrame.IsIpv4(frame)
            || RawFrame.ReadIpv4(frame, out _, out _, out byte protocol) is not { Length: >= TcpLength } tcp
            || protocol != 6)
        {
            return null;
        }
        int headerLength = tcp[12] >> 4 << 2;
        var flags = (RawFlags)tcp[13];
        return new WatchedSegment
        {
            Ports = (
                BinaryPrimitives.ReadUInt16BigEndian(tcp), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            Window = BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]),
            Flags = flags,
            Length = tcp.Length - headerLength,
            IsCapable = RawFrame.EcnOf(frame) != 0,
            Scale = flags.HasFlag(RawFlags.Syn) ? ScaleOf(tcp[TcpLength..headerLength]) : -1,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Ports.From}>{Ports.To} {Flags} {Sequence}+{Length} "
        + $"ack {Acknowledgment} win {Window}";

    private static int ScaleOf(ReadOnlySpan<byte> options) =>
        RawOption.ReadAll(options).OfType<RawOption.WindowScale>().FirstOrDefault()?.Shift ?? -1;
}
