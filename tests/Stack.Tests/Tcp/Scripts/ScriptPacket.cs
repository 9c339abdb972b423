using System.Globalization;
using System.Text;
using Straightwire.Simulation;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>
/// A packet as a script writes it:
/// <c>FLAGS seq:end(length) [ack N] [win N] [urg N] [ecn CODEPOINT] [&lt;options&gt;]</c>.
/// Sequence numbers are relative, the SYN's is 0. What is null was not written.
/// </summary>
internal sealed record ScriptPacket
{
    private const string FlagLetters = "FSRP.UEW";

    public RawFlags Flags { get; init; }

    public uint Seq { get; init; }

    public int Length { get; init; }

    public uint? Ack { get; init; }

    public ushort? Window { get; init; }

    public ushort? Urgent { get; init; }

    public IReadOnlyList<RawOption>? Options { get; init; }

    /// <summary>Of the IP header.</summary>
    public EcnCodepoint? Ecn { get; init; }

    /// <summary>Reads a packet after its direction mark.</summary>
    public static ScriptPacket Parse(string text)
    {
        ScriptPacket packet = new();
        int open = text.IndexOf('<', StringComparison.Ordinal);
        if (open >= 0)
        {
            packet =
                packet with
                {
                    Options = ParseOptions(
                    text[(open + 1)..text.IndexOf('>', StringComparison.Ordinal)])
                };
            text = text[..open];
        }
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] range = words[1].Split(':', '(', ')');
        packet = packet with
        {
            Flags = ParseFlags(
            words[0]),
            Seq = Number(range[0]),
            Length = (int)Number(range[2])
        };
        if (Number(range[1]) != packet.Seq + (uint)packet.Length)
        {
            throw new FormatException($"{words[1]}: the end is the sequence number and the length");
        }
        for (int i = 2; i < words.Length; i += 2)
        {
            string value = words[i + 1];
            packet = words[i] switch
            {
                "ack" => packet with { Ack = Number(value) },
                "win" => packet with { Window = (ushort)Number(value) },
                "urg" => packet with { Urgent = (ushort)Number(value) },
                "ecn" => packet with { Ecn = Enum.Parse<EcnCodepoint>(value) },
                _ => throw new FormatException($"'{words[i]}' is no part of a packet"),
            };
        }
        return packet;
    }

    /// <summary>Reads an option list, without its brackets.</summary>
    public static List<RawOption> ParseOptions(string text) =>
        [.. text.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOption)];

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int bit = 0; bit < 8; bit++)
        {
            // packetdrill writes F, S, R and P before the dot.
            text.Append(Flags.HasFlag((RawFlags)(1 << bit)) ? FlagLetters[bit] : "");
        }
        text.Append(CultureInfo.InvariantCulture, $" {Seq}:{Seq + (uint)Length}({Length})");
        text.Append(Ack is { } ack ? $" ack {ack}" : "");
        text.Append(Window is { } window ? $" win {window}" : "");
        text.Append(Urgent is { } urgent and not 0 ? $" urg {urgent}" : "");
        text.Append(Ecn is { } ecn and not EcnCodepoint.NotEct ? $" ecn {ecn}" : "");
        text.Append(Options is null ? "" : $" <{string.Join(',', Options)}>");
        return text.ToString();
    }

    private static RawFlags ParseFlags(string text)
    {
        RawFlags flags = RawFlags.None;
        foreach (char letter in text.Replace("-", "", StringComparison.Ordinal))
        {
            int bit = FlagLetters.IndexOf(letter, StringComparison.Ordinal);
            flags |= bit >= 0 ? (RawFlags)(1 << bit) : throw new FormatException($"'{text}' are no flags");
        }
        return flags;
    }

    private static RawOption ParseOption(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[0] switch
        {
            "nop" => new RawOption.Nop(),
            "mss" => new RawOption.Mss((ushort)Number(words[1])),
            "wscale" => new RawOption.WindowScale((byte)Number(words[1])),
            "sackOK" => new RawOption.SackPermitted(),
            "sack" => new RawOption.Sack([.. words[1..].Select(ParseBlock)]),
            "TS" => new RawOption.Timestamps(Number(words[2]), Number(words[4])),
            "kind" =>
                new RawOption.Other(
                    (byte)Number(words[1]), Convert.FromHexString(words.Length > 2 ? words[2] : "")),
            _ => throw new FormatException($"'{text}' is no option"),
        };
    }

    private static (uint Left, uint Right) ParseBlock(string text)
    {
        string[] ends = text.Split(':');
        return (Number(ends[0]), Number(ends[1]));
    }

    private static uint Number(string text) => (uint)long.Parse(text, CultureInfo.InvariantCulture);
}
