using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>
/// The options of a segment that this stack knows: MSS (RFC 9293 §3.7.1), window scale and timestamps (RFC
/// 7323), SACK (RFC 2018). Unknown ones are skipped; after a malformed one the rest is not read.
/// </summary>
public ref struct TcpOptions
{
    /// <summary>Bytes of a timestamps option with its padding.</summary>
    public const int TimestampsLength = 12;

    /// <summary>The greatest window scale (RFC 7323 §2.3).</summary>
    public const byte WindowScaleMax = 14;

    private const byte KindEnd = 0;
    private const byte KindNoOperation = 1;
    private const byte KindMss = 2;
    private const byte KindWindowScale = 3;
    private const byte KindSackPermitted = 4;
    private const byte KindSack = 5;
    private const byte KindTimestamps = 8;
    private const uint TimestampsAligned = 0x0101_080A;

    private ReadOnlySpan<byte> _sack;

    /// <summary>The peer's MSS; 0 when it names none.</summary>
    public ushort Mss { get; private set; }

    /// <summary>The window scale, at most <see cref="WindowScaleMax"/>; −1 when there is none.</summary>
    public int WindowScale { get; private set; }

    /// <summary>Whether there was SACK-permitted.</summary>
    public bool SackPermitted { get; private set; }

    /// <summary>Whether there were timestamps.</summary>
    public bool HasTimestamps { get; private set; }

    /// <summary>TSval: the sender's clock (RFC 7323 §3).</summary>
    public uint TimestampValue { get; private set; }

    /// <summary>TSecr: our clock, as it was told the sender (RFC 7323 §3).</summary>
    public uint TimestampEcho { get; private set; }

    /// <summary>An option's length ran past the header or did not fit its kind.</summary>
    public bool Malformed { get; private set; }

    /// <summary>SACK blocks, 0 to 4.</summary>
    public readonly int SackBlockCount => _sack.Length / 8;

    /// <summary>A SACK block as the peer wrote it.</summary>
    public readonly SackBlock SackBlockAt(int index) => new(
        new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(_sack[(index * 8)..])),
        new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(_sack[((index * 8) + 4)..])));

    /// <summary>Reads the options of a header.</summary>
    public static TcpOptions Read(ReadOnlySpan<byte> bytes)
    {
        TcpOptions options = default;
        options.WindowScale = -1;
        // Nearly every segment of an established connection has two NOPs and timestamps, as RFC 7323 appendix
        // A lays out.
        if (bytes.Length == TimestampsLength
            && BinaryPrimitives.ReadUInt32BigEndian(bytes) == TimestampsAligned)
        {
            options.ReadTimestamps(bytes[4..]);
            return options;
        }
        while (!bytes.IsEmpty && bytes[0] != KindEnd)
        {
            if (bytes[0] == KindNoOperation)
            {
                bytes = bytes[1..];
                continue;
            }
            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length)
            {
                options.Malformed = true;
                break;
            }
            options.ReadOne(bytes[0], bytes[2..bytes[1]]);
            bytes = bytes[bytes[1]..];
        }
        return options;
    }

    /// <summary>Writes timestamps with their padding, 12 bytes.</summary>
    public static void WriteTimestamps(Span<byte> destination, uint value, uint echo)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, TimestampsAligned);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], echo);
    }

    /// <summary>Writes the options of a SYN and returns their length, a multiple of 4.</summary>
    /// <param name="destination">At least 20 bytes.</param>
    /// <param name="mss">The MSS that we announce.</param>
    /// <param name="windowScale">Our scale; negative for no option.</param>
    /// <param name="sackPermitted">Whether to permit SACK.</param>
    /// <param name="timestamps">TSval and TSecr; null for no option.</param>
    public static int WriteSyn(
        Span<byte> destination,
        ushort mss,
        int windowScale,
        bool sackPermitted,
        (uint Value, uint Echo)? timestamps)
    {
        destination[0] = KindMss;
        destination[1] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], mss);
        int length = 4;
        if (timestamps is { } stamps)
        {
            // SACK-permitted takes the place of the padding, as Linux lays it out.
            WriteTimestamps(destination[length..], stamps.Value, stamps.Echo);
            if (sackPermitted)
            {
                destination[length] = KindSackPermitted;
                destination[length + 1] = 2;
            }
            length += TimestampsLength;
        }
        else if (sackPermitted)
        {
            destination[length++] = KindNoOperation;
            destination[length++] = KindNoOperation;
            destination[length++] = KindSackPermitted;
            destination[length++] = 2;
        }
        if (windowScale >= 0)
        {
            destination[length++] = KindNoOperation;
            destination[length++] = KindWindowScale;
            destination[length++] = 3;
            destination[length++] = (byte)windowScale;
        }
        return length;
    }

    /// <summary>Writes a SACK option with its padding and returns its length: 4 + 8 for each block.</summary>
    public static int WriteSack(Span<byte> destination, ReadOnlySpan<SackBlock> blocks)
    {
        destination[0] = KindNoOperation;
        destination[1] = KindNoOperation;
        destination[2] = KindSack;
        destination[3] = (byte)(2 + (blocks.Length * 8));
        for (int i = 0; i < blocks.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[(4 + (i * 8))..], blocks[i].Left.Value);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(8 + (i * 8))..], blocks[i].Right.Value);
        }
        return 4 + (blocks.Length * 8);
    }

    private void ReadOne(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case KindMss when value.Length == 2:
                Mss = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case KindWindowScale when value.Length == 1:
                WindowScale = Math.Min(value[0], WindowScaleMax);
                break;
            case KindSackPermitted when value.IsEmpty:
                SackPermitted = true;
                break;
            case KindTimestamps when value.Length == 8:
                ReadTimestamps(value);
                break;
            case KindSack when value.Length is 8 or 16 or 24 or 32:
                _sack = value;
                break;
            case KindMss or KindWindowScale or KindSackPermitted or KindTimestamps or KindSack:
                Malformed = true;
                break;
        }
    }

    private void ReadTimestamps(ReadOnlySpan<byte> value)
    {
        HasTimestamps = true;
        TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(value);
        TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
    }
}
