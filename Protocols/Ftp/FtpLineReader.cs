namespace Straightwire.Protocols.Ftp;

/// <summary>What <see cref="FtpLineReader.Read"/> found.</summary>
internal enum LineResult
{
    /// <summary>The end of the line has not come; nothing is consumed.</summary>
    Incomplete,

    /// <summary>A whole line, which is consumed with its end.</summary>
    Line,

    /// <summary>It is longer than lines may be; nothing is consumed.</summary>
    TooLong,
}

/// <summary>
/// Command lines from a control connection, which is a Telnet NVT (RFC 854, RFC 959 §4.1.3, RFC 1123
/// §4.1.2.12): Telnet commands and option negotiation are removed wherever they stand. They are not answered,
/// so that every option stays off.
/// </summary>
internal static class FtpLineReader
{
    private const byte Iac = 255;
    private const byte Will = 251;
    private const byte SubnegotiationBegin = 250;
    private const byte DataMark = 242;
    private const byte SubnegotiationEnd = 240;

    private const int LineEnd = -1;
    private const int NoMore = -2;

    /// <summary>
    /// Reads one line, which ends with CRLF or, as many clients are written by hand, with a bare LF. CR NUL
    /// is a CR, and IAC IAC the byte FF.
    /// </summary>
    /// <param name="received">What has come and is not consumed.</param>
    /// <param name="line">Gets the line without its end; as long as a line may be. On the wire, where bytes
    /// may be doubled and Telnet commands stand between, it may be twice as long.</param>
    /// <param name="length">Bytes of the line; 0 when there is none.</param>
    /// <param name="consumed">Bytes that it took, its end among them; 0 when there is none.</param>
    public static LineResult Read(
        ReadOnlySpan<byte> received, Span<byte> line, out int length, out int consumed)
    {
        length = 0;
        consumed = 0;
        int wireBytesMax = (2 * line.Length) + 2;
        ReadOnlySpan<byte> view = received.Length > wireBytesMax ? received[..wireBytesMax] : received;
        int at = 0;
        int count = 0;
        while (true)
        {
            int next = Next(view, ref at);
            if (next == LineEnd)
            {
                length = count;
                consumed = at;
                return LineResult.Line;
            }
            if (next == NoMore)
            {
                return received.Length > wireBytesMax ? LineResult.TooLong : LineResult.Incomplete;
            }
            if (count == line.Length)
            {
                return LineResult.TooLong;
            }
            if (count > 0 || next != DataMark)
            {
                line[count++] = (byte)next;
            }
        }
    }

    /// <summary>
    /// Whether some complete line is ABOR, in any case, with or without an argument: it is to be seen behind
    /// other commands, and while a transfer keeps those from being read (RFC 959 §4.1.3).
    /// </summary>
    public static bool HoldsAbort(ReadOnlySpan<byte> received)
    {
        ReadOnlySpan<byte> name = "abor "u8;
        int at = 0;
        // How much of the name the line's beginning is; −1 when it is something else.
        int matched = 0;
        while (true)
        {
            int next = Next(received, ref at);
            if (next == NoMore)
            {
                return false;
            }
            if (next == LineEnd)
            {
                if (matched >= 4)
                {
                    return true;
                }
                matched = 0;
            }
            else if (matched >= 0 && matched < name.Length && (matched > 0 || next != DataMark))
            {
                bool isSame = next == name[matched]
                    || (char.IsAsciiLetterUpper((char)next) && (next | 0x20) == name[matched]);
                matched = isSame ? matched + 1 : -1;
            }
        }
    }

    /// <summary>Bytes up to and with the first LF, to discard a line by; −1 when there is none.</summary>
    public static int EndOfLine(ReadOnlySpan<byte> received)
    {
        int lineFeed = received.IndexOf((byte)'\n');
        return lineFeed < 0 ? -1 : lineFeed + 1;
    }

    // The next byte of the text, LineEnd, or NoMore when what is there does not tell.
    private static int Next(ReadOnlySpan<byte> received, ref int at)
    {
        while (at < received.Length)
        {
            byte value = received[at];
            if (value == Iac)
            {
                int taken = TakeTelnet(received[at..], out bool isData);
                if (taken == 0)
                {
                    return NoMore;
                }
                at += taken;
                if (isData)
                {
                    return Iac;
                }
                continue;
            }
            at++;
            if (value == (byte)'\n')
            {
                return LineEnd;
            }
            return value == (byte)'\r' ? AfterCarriageReturn(received, ref at) : value;
        }
        return NoMore;
    }

    // RFC 854: CR LF ends a line, and CR NUL is a CR; any other CR is no text of an NVT, and stands for
    // itself.
    private static int AfterCarriageReturn(ReadOnlySpan<byte> received, ref int at)
    {
        if (at == received.Length)
        {
            return NoMore;
        }
        byte value = received[at];
        at += value is (byte)'\n' or 0 ? 1 : 0;
        return value == (byte)'\n' ? LineEnd : '\r';
    }

    // Bytes of the Telnet command that begins here; 0 when its end has not come.
    private static int TakeTelnet(ReadOnlySpan<byte> received, out bool isData)
    {
        isData = false;
        if (received.Length < 2)
        {
            return 0;
        }
        byte command = received[1];
        if (command == Iac)
        {
            isData = true;
            return 2;
        }
        if (command == SubnegotiationBegin)
        {
            return TakeSubnegotiation(received);
        }
        if (command >= Will)
        {
            return received.Length < 3 ? 0 : 3;
        }
        // What is no command of RFC 854 is a byte that the client forgot to double the FF before. It may be
        // the line's end, so that it stands.
        return command >= SubnegotiationEnd ? 2 : 1;
    }

    // IAC SB … IAC SE, with every FF between doubled.
    private static int TakeSubnegotiation(ReadOnlySpan<byte> received)
    {
        int at = 2;
        while (at + 1 < received.Length)
        {
            if (received[at] != Iac)
            {
                at++;
                continue;
            }
            if (received[at + 1] == SubnegotiationEnd)
            {
                return at + 2;
            }
            at += 2;
        }
        return 0;
    }
}
