using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Straightwire.Devices.Pcap;

/// <summary>
/// TCP's options as text. PacketDotNet's own list is left alone: it knows 16 bits of a SACK block's 64, and
/// does not end on an option whose length is zero.
/// </summary>
internal static class TcpOptionText
{
    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte SegmentSize = 2;
    private const byte WindowScale = 3;
    private const byte SackPermitted = 4;
    private const byte Sack = 5;
    private const byte Timestamps = 8;
    private const int SackBlockLength = 8;

    /// <summary>Appends " &lt;mss 1460 wscale 7&gt;", or nothing when there are none.</summary>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> options)
    {
        string separator = " <";
        int lengthBefore = text.Length;
        while (!options.IsEmpty && options[0] != End)
        {
            int length = options[0] == NoOperation ? 1 : options.Length > 1 ? options[1] : 0;
            if (length == 0 || length > options.Length || (length == 1 && options[0] != NoOperation))
            {
                text.Append(separator).Append("malformed");
                break;
            }
            if (options[0] != NoOperation)
            {
                text.Append(separator);
                AppendOne(text, options[0], options[2..length]);
                separator = " ";
            }
            options = options[length..];
        }
        if (text.Length > lengthBefore)
        {
            text.Append('>');
        }
    }

    private static void AppendOne(StringBuilder text, byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind, value.Length)
        {
            case (SegmentSize, 2):
                text.Append(
                    CultureInfo.InvariantCulture, $"mss {BinaryPrimitives.ReadUInt16BigEndian(value)}");
                break;
            case (WindowScale, 1):
                text.Append(CultureInfo.InvariantCulture, $"wscale {value[0]}");
                break;
            case (SackPermitted, 0):
                text.Append("sackOK");
                break;
            case (Timestamps, 8):
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"TS {BinaryPrimitives.ReadUInt32BigEndian(value)}"
                        + $"/{BinaryPrimitives.ReadUInt32BigEndian(value[4..])}");
                break;
            case (Sack, > 0) when value.Length % SackBlockLength == 0:
                AppendBlocks(text, value);
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"option {kind}");
                break;
        }
    }

    private static void AppendBlocks(StringBuilder text, ReadOnlySpan<byte> blocks)
    {
        text.Append("sack");
        for (; !blocks.IsEmpty; blocks = blocks[SackBlockLength..])
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $" {BinaryPrimitives.ReadUInt32BigEndian(blocks)}"
                    + $"-{BinaryPrimitives.ReadUInt32BigEndian(blocks[4..])}");
        }
    }
}
