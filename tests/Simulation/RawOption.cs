using System.Buffers.Binary;

namespace Straightwire.Simulation;

/// <summary>
/// A TCP option. Written and read here without the stack's own code, so that one checks the other.
/// </summary>
public abstract record RawOption
{
    /// <summary>Appends the option's bytes.</summary>
    public abstract void Write(List<byte> bytes);

    /// <summary>The option as in a packet script.</summary>
    public abstract override string ToString();

    /// <summary>The bytes of a list of options, filled up with end-of-list to a multiple of 4.</summary>
    public static byte[] WriteAll(IEnumerable<RawOption> options)
    {
        List<byte> bytes = [];
        foreach (RawOption option in options)
        {
            option.Write(bytes);
        }
        while (bytes.Count % 4 != 0)
        {
            bytes.Add(0);
        }
        return [.. bytes];
    }

    /// <summary>
    /// Reads the options of a header; throws <see cref="SimulationException"/> if they are malformed.
    /// </summary>
    public static List<RawOption> ReadAll(ReadOnlySpan<byte> bytes)
    {
        List<RawOption> options = [];
        while (bytes.Length > 0 && bytes[0] != 0)
        {
            int length = bytes[0] == 1 ? 1 : bytes.Length > 1 ? bytes[1] : 0;
            if (length == 0 || length > bytes.Length || (length == 1 && bytes[0] != 1))
            {
                throw new SimulationException($"malformed TCP options {Convert.ToHexString(bytes)}");
            }
            options.Add(Read(bytes[..length]));
            bytes = bytes[length..];
        }
        return options;
    }

    private static RawOption Read(ReadOnlySpan<byte> bytes)
    {
        switch (bytes[0], bytes.Length)
        {
            case (1, 1):
                return new Nop();
            case (2, 4):
                return new Mss(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
            case (3, 3):
                return new WindowScale(bytes[2]);
            case (4, 2):
                return new SackPermitted();
            case (5, >= 10) when (bytes.Length - 2) % 8 == 0:
                List<(uint, uint)> blocks = [];
                for (int at = 2; at < bytes.Length; at += 8)
                {
                    blocks.Add((BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]),
                        BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..])));
                }
                return new Sack([.. blocks]);
            case (8, 10):
                return new Timestamps(BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]),
                    BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]));
            default:
                return new Other(bytes[0], bytes[2..].ToArray());
        }
    }

    private static void Add32(List<byte> bytes, uint value) =>
        bytes.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    /// <summary>Kind 1.</summary>
    public sealed record Nop : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes) => bytes.Add(1);

        /// <inheritdoc/>
        public override string ToString() => "nop";
    }

    /// <summary>Kind 2.</summary>
    public sealed record Mss(ushort Value) : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes) =>
            bytes.AddRange([2, 4, (byte)(Value >> 8), (byte)Value]);

        /// <inheritdoc/>
        public override string ToString() => $"mss {Value}";
    }

    /// <summary>Kind 3.</summary>
    public sealed record WindowScale(byte Shift) : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes) => bytes.AddRange([3, 3, Shift]);

        /// <inheritdoc/>
        public override string ToString() => $"wscale {Shift}";
    }

    /// <summary>Kind 4.</summary>
    public sealed record SackPermitted : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes) => bytes.AddRange([4, 2]);

        /// <inheritdoc/>
        public override string ToString() => "sackOK";
    }

    /// <summary>Kind 5.</summary>
    public sealed record Sack(IReadOnlyList<(uint Left, uint Right)> Blocks) : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes)
        {
            bytes.AddRange([5, (byte)(2 + (8 * Blocks.Count))]);
            foreach ((uint left, uint right) in Blocks)
            {
                Add32(bytes, left);
                Add32(bytes, right);
            }
        }

        /// <inheritdoc/>
        public override string ToString() =>
            "sack " + string.Join(' ', Blocks.Select(b => $"{b.Left}:{b.Right}"));
    }

    /// <summary>Kind 8.</summary>
    public sealed record Timestamps(uint Value, uint Echo) : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes)
        {
            bytes.AddRange([8, 10]);
            Add32(bytes, Value);
            Add32(bytes, Echo);
        }

        /// <inheritdoc/>
        public override string ToString() => $"TS val {Value} ecr {Echo}";
    }

    /// <summary>Any other kind, or a known one of a wrong length.</summary>
    public sealed record Other(byte Kind, byte[] Data) : RawOption
    {
        /// <inheritdoc/>
        public override void Write(List<byte> bytes) =>
            bytes.AddRange([Kind, (byte)(2 + Data.Length), .. Data]);

        /// <inheritdoc/>
        public override string ToString() => $"kind {Kind} {Convert.ToHexString(Data)}";
    }
}
