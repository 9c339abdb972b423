using System.Buffers.Binary;
using System.Text;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// Writes pcapng (IETF draft-ietf-opsawg-pcapng): one section, one Ethernet interface with times in
/// nanoseconds, then a
/// block for each frame. The stream gets whole blocks only, so that a killed process leaves a readable file.
/// One thread at a time.
/// </summary>
/// <param name="stream">Where to; unbuffered, since this buffers.</param>
public sealed class PcapngWriter(Stream stream) : IDisposable
{
    /// <summary>Most bytes of a frame that are kept; more is not read by those who read captures.</summary>
    public const int FrameMax = 262_144;

    private const int BufferLength = 1 << 20;
    private const int PacketOverhead = 44;
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort LinkTypeEthernet = 1;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength);
    private int _used;
    private long _latest;

    /// <summary>Writes the blocks that precede all frames.</summary>
    public void Begin(string application, string interfaceName)
    {
        Span<byte> body = stackalloc byte[256];

        // Byte-order magic, version 1.0, a section of unknown length.
        BinaryPrimitives.WriteUInt32LittleEndian(body, 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(body[4..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(body[6..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], -1);
        int length = 16 + WriteOption(body[16..], code: 4, Encoding.UTF8.GetBytes(application));
        WriteBlock(SectionHeader, body[..(length + WriteOption(body[length..], code: 0, []))]);

        // Link type, reserved, no limit on a frame's length; if_name, if_tsresol of 10^-9 s.
        BinaryPrimitives.WriteUInt32LittleEndian(body, LinkTypeEthernet);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], 0);
        length = 8 + WriteOption(body[8..], code: 2, Encoding.UTF8.GetBytes(interfaceName));
        length += WriteOption(body[length..], code: 9, [9]);
        WriteBlock(InterfaceDescription, body[..(length + WriteOption(body[length..], code: 0, []))]);
        Flush();
    }

    /// <summary>Writes one frame as an enhanced packet block.</summary>
    /// <param name="unixNanoseconds">
    /// When, since 1970. Of several who write in turns one may tell an earlier time than the one before: it
    /// is told with that one's, since readers take the order of the times for that of the frames.
    /// </param>
    /// <param name="direction">Which way.</param>
    /// <param name="frame">What is known of it, Ethernet header first.</param>
    /// <param name="lengthOnLink">Its whole length in bytes.</param>
    public void Write(
        long unixNanoseconds, CaptureDirection direction, ReadOnlySpan<byte> frame, int lengthOnLink)
    {
        int padded = (frame.Length + 3) & ~3;
        int length = PacketOverhead + padded;
        if (_used + length > BufferLength)
        {
            Flush();
        }
        Span<byte> block = _buffer.AsSpan(_used, length);
        block.Clear();
        WriteUInt32(block, 0, EnhancedPacket);
        WriteUInt32(block, 4, (uint)length);
        _latest = Math.Max(_latest, unixNanoseconds);
        WriteUInt32(block, 12, (uint)(_latest >> 32));
        WriteUInt32(block, 16, (uint)_latest);
        WriteUInt32(block, 20, (uint)frame.Length);
        WriteUInt32(block, 24, (uint)lengthOnLink);
        frame.CopyTo(block[28..]);
        int options = 28 + padded;
        BinaryPrimitives.WriteUInt16LittleEndian(block[options..], 2); // epb_flags: the direction
        BinaryPrimitives.WriteUInt16LittleEndian(block[(options + 2)..], 4);
        WriteUInt32(block, options + 4, (uint)direction);
        WriteUInt32(block, length - 4, (uint)length);
        _used += length;
    }

    /// <summary>Hands all blocks to the stream.</summary>
    public void Flush()
    {
        if (_used == 0)
        {
            return;
        }
        int used = _used;
        _used = 0;
        stream.Write(_buffer.AsSpan(0, used));
    }

    /// <summary>Closes the stream; what is not flushed is lost.</summary>
    public void Dispose() => stream.Dispose();

    private void WriteBlock(uint type, ReadOnlySpan<byte> body)
    {
        int length = body.Length + 12;
        Span<byte> block = _buffer.AsSpan(_used, length);
        WriteUInt32(block, 0, type);
        WriteUInt32(block, 4, (uint)length);
        body.CopyTo(block[8..]);
        WriteUInt32(block, length - 4, (uint)length);
        _used += length;
    }

    /// <summary>An option: code, length, value padded to 4 bytes; code 0 ends the list.</summary>
    private static int WriteOption(Span<byte> at, ushort code, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, code);
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)value.Length);
        int padded = (value.Length + 3) & ~3;
        at.Slice(4, padded).Clear();
        value.CopyTo(at[4..]);
        return 4 + padded;
    }

    private static void WriteUInt32(Span<byte> block, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block[at..], value);
}
