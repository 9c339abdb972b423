using System.Buffers.Text;
using System.Text;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>What an EPRT's argument was.</summary>
internal enum EprtResult
{
    /// <summary>An address and a port.</summary>
    Ok,

    /// <summary>None of RFC 2428's: answer 501.</summary>
    Malformed,

    /// <summary>One of another network protocol than IPv4: answer 522.</summary>
    UnsupportedProtocol,
}

/// <summary>What an EPSV's argument was.</summary>
internal enum EpsvResult
{
    /// <summary>None: the protocol of the control connection is meant.</summary>
    Any,

    /// <summary>1, which is IPv4.</summary>
    Ok,

    /// <summary>ALL: no other command is to make data connections from now on (RFC 2428 §4).</summary>
    All,

    /// <summary>Another number: answer 522.</summary>
    UnsupportedProtocol,

    /// <summary>Anything else: answer 501.</summary>
    Malformed,
}

/// <summary>Where a data connection goes, as RFC 959 §4.1.2 and RFC 2428 write it.</summary>
internal static class HostPort
{
    /// <summary>Bytes of the longest "h1,h2,h3,h4,p1,p2".</summary>
    public const int PasvLengthMax = 23;

    /// <summary>Bytes of the longest "|||port|".</summary>
    public const int EpsvLengthMax = 9;

    /// <summary>Reads PORT's h1,h2,h3,h4,p1,p2: six decimal numbers up to 255, nothing else.</summary>
    public static bool TryParsePort(ReadOnlySpan<byte> argument, out Ipv4Address address, out ushort port)
    {
        address = default;
        port = 0;
        ulong value = 0;
        for (int i = 0; i < 6; i++)
        {
            if ((i > 0 && !TryTake(ref argument, (byte)','))
                || !TryTakeNumber(ref argument, byte.MaxValue, out int part))
            {
                return false;
            }
            value = (value << 8) | (uint)part;
        }
        if (!argument.IsEmpty)
        {
            return false;
        }
        address = new Ipv4Address((uint)(value >> 16));
        port = (ushort)value;
        return true;
    }

    /// <summary>
    /// Reads EPRT's |1|a.b.c.d|port| (RFC 2428 §2). The delimiter is any of 33 to 126 that no address and no
    /// number holds.
    /// </summary>
    public static EprtResult TryParseEprt(
        ReadOnlySpan<byte> argument, out Ipv4Address address, out ushort port)
    {
        address = default;
        port = 0;
        byte delimiter = argument.IsEmpty ? (byte)0 : argument[0];
        if (delimiter is < 33 or > 126 or (byte)'.' || char.IsAsciiDigit((char)delimiter))
        {
            return EprtResult.Malformed;
        }
        argument = argument[1..];
        if (!TryTakeNumber(ref argument, ushort.MaxValue, out int protocol)
            || !TryTake(ref argument, delimiter))
        {
            return EprtResult.Malformed;
        }
        if (protocol != 1)
        {
            return EprtResult.UnsupportedProtocol;
        }
        if (!TryTakeAddress(ref argument, out Ipv4Address host)
            || !TryTake(ref argument, delimiter)
            || !TryTakeNumber(ref argument, ushort.MaxValue, out int number)
            || !TryTake(ref argument, delimiter)
            || !argument.IsEmpty)
        {
            return EprtResult.Malformed;
        }
        address = host;
        port = (ushort)number;
        return EprtResult.Ok;
    }

    /// <summary>Reads EPSV's argument: none, the number of a protocol, or ALL (RFC 2428 §3).</summary>
    public static EpsvResult ParseEpsv(ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty)
        {
            return EpsvResult.Any;
        }
        if (Ascii.EqualsIgnoreCase(argument, "ALL"u8))
        {
            return EpsvResult.All;
        }
        if (!TryTakeNumber(ref argument, ushort.MaxValue, out int protocol) || !argument.IsEmpty)
        {
            return EpsvResult.Malformed;
        }
        return protocol == 1 ? EpsvResult.Ok : EpsvResult.UnsupportedProtocol;
    }

    /// <summary>Writes "h1,h2,h3,h4,p1,p2", at most <see cref="PasvLengthMax"/> bytes.</summary>
    /// <returns>Bytes written.</returns>
    public static int WritePasv(Ipv4Address address, ushort port, Span<byte> destination)
    {
        int length = 0;
        ulong value = ((ulong)address.Value << 16) | port;
        for (int shift = 40; shift >= 0; shift -= 8)
        {
            if (shift < 40)
            {
                destination[length++] = (byte)',';
            }
            length += WriteNumber((int)((value >> shift) & byte.MaxValue), destination[length..]);
        }
        return length;
    }

    /// <summary>Writes "|||port|", at most <see cref="EpsvLengthMax"/> bytes (RFC 2428 §3).</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteEpsv(ushort port, Span<byte> destination)
    {
        "|||"u8.CopyTo(destination);
        int length = 3 + WriteNumber(port, destination[3..]);
        destination[length] = (byte)'|';
        return length + 1;
    }

    private static int WriteNumber(int value, Span<byte> destination)
    {
        bool fits = Utf8Formatter.TryFormat(value, destination, out int written);
        Invariant.Assert(fits, "a host and port has room");
        return written;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }
        text = text[1..];
        return true;
    }

    private static bool TryTakeAddress(ref ReadOnlySpan<byte> text, out Ipv4Address address)
    {
        address = default;
        uint value = 0;
        for (int i = 0; i < 4; i++)
        {
            if ((i > 0 && !TryTake(ref text, (byte)'.'))
                || !TryTakeNumber(ref text, byte.MaxValue, out int part))
            {
                return false;
            }
            value = (value << 8) | (uint)part;
        }
        address = new Ipv4Address(value);
        return true;
    }

    // Leading zeros are taken up to the number of digits of the largest value: RFC 959 does not forbid them.
    private static bool TryTakeNumber(ref ReadOnlySpan<byte> text, int max, out int value)
    {
        value = 0;
        int digitsMax = max > byte.MaxValue ? 5 : 3;
        int digits = 0;
        while (digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9')
        {
            value = (value * 10) + text[digits] - '0';
            digits++;
            if (digits > digitsMax)
            {
                return false;
            }
        }
        text = text[digits..];
        return digits > 0 && value <= max;
    }
}
