using System.Globalization;
using System.Text;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// What a client has chosen for transfers and listings to come: TYPE, STRU, MODE, REST and OPTS MLST.
/// </summary>
internal struct TransferParameters()
{
    /// <summary>Whether text is translated: TYPE A, with which a session begins (RFC 959 §5.1).</summary>
    public bool IsAscii { get; private set; } = true;

    /// <summary>The facts of MLST and MLSD.</summary>
    public MlstFacts Facts { get; private set; } = MlstFacts.All;

    /// <summary>Where the next transfer begins, bytes; 0 without REST.</summary>
    public long Restart { get; private set; }

    /// <summary>The letter of the type, with its format, as STAT tells it.</summary>
    public readonly string Type => IsAscii ? "A N" : "I";

    /// <summary>STRU: a file has no structure.</summary>
    public static FtpReply OnStru(ReadOnlySpan<byte> argument) =>
        OnLetter(argument, 'F', "RP", "files (F)");

    /// <summary>MODE: a file is a stream of bytes.</summary>
    public static FtpReply OnMode(ReadOnlySpan<byte> argument) =>
        OnLetter(argument, 'S', "BCZ", "a stream (S)");

    /// <summary>
    /// TYPE (RFC 959 §3.1.1): A and I, with N as A's only format, and L with bytes of 8 bits, which is I.
    /// </summary>
    public FtpReply OnType(ReadOnlySpan<byte> argument)
    {
        FtpReply malformed = new(501, "TYPE needs A, I or L 8.");
        Span<byte> type = stackalloc byte[8];
        if (argument.Length is 0 or > 8)
        {
            return malformed;
        }
        Ascii.ToUpper(argument, type, out int length);
        switch (Encoding.Latin1.GetString(type[..length]))
        {
            case "A" or "A N":
                IsAscii = true;
                return new(200, "Text, lines end with CRLF.");
            case "I" or "L 8":
                IsAscii = false;
                return new(200, "Bytes as they are.");
            case "A T" or "A C" or "E" or "E N" or "E T" or "E C" or ['L', ' ', >= '1' and <= '9', ..]:
                return new(504, "That type is not implemented: A, I or L 8.");
            default:
                return malformed;
        }
    }

    /// <summary>REST (RFC 3659 §5): the next transfer begins at an offset.</summary>
    public FtpReply OnRest(ReadOnlySpan<byte> argument)
    {
        // Decimal digits; what does not fit 63 bits is no offset of any file.
        if (argument.Length is > 0 and <= 19
            && argument.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            Restart = offset;
            return new(350, $"The next transfer begins at {offset}.");
        }
        return new(501, "REST needs a number of bytes below 2^63.");
    }

    /// <summary>The offset that REST gave is spent.</summary>
    public void ForgetRestart() => Restart = 0;

    /// <summary>OPTS: MLST's facts; names are UTF-8 whatever is said.</summary>
    public FtpReply OnOpts(ReadOnlySpan<byte> argument)
    {
        int space = argument.IndexOf((byte)' ');
        ReadOnlySpan<byte> name = space < 0 ? argument : argument[..space];
        ReadOnlySpan<byte> value = space < 0 ? [] : argument[(space + 1)..];
        if (Ascii.EqualsIgnoreCase(name, "UTF8"u8) || Ascii.EqualsIgnoreCase(name, "UTF-8"u8))
        {
            return value.IsEmpty || Ascii.EqualsIgnoreCase(value, "ON"u8)
                ? new(200, "Names are UTF-8.")
                : new(504, "Names are always UTF-8.");
        }
        if (Ascii.EqualsIgnoreCase(name, "MLST"u8)
            && ListingFormat.TryParseFacts(value, out MlstFacts facts))
        {
            Facts = facts;
            return new(200, ("MLST OPTS " + FactNames(forFeat: false)).TrimEnd());
        }
        return new(501, "OPTS knows UTF8 ON and MLST.");
    }

    /// <summary>FEAT (RFC 2389 §3.2): each extension on a line that begins with a blank.</summary>
    public readonly FtpReply OnFeat() => new(
        211,
        "Extensions:\nCLNT\nCSID\nEPRT\nEPSV\nHOST\nLANG EN*\nMDTM\nMFF Modify;\nMFMT\n"
        + $"MLST {FactNames(forFeat: true)}\nPASV\nREST STREAM\nSIZE\nTVFS\nUTF8\nEnd");

    private readonly string FactNames(bool forFeat)
    {
        Span<byte> names = stackalloc byte[128];
        return Encoding.ASCII.GetString(names[..ListingFormat.WriteFactNames(Facts, forFeat, names)]);
    }

    private static FtpReply OnLetter(
        ReadOnlySpan<byte> argument, char known, string defined, string meaning)
    {
        char letter = argument.Length == 1 ? char.ToUpperInvariant((char)argument[0]) : '\0';
        return letter == known
            ? new(200, $"It is {meaning}.")
            : letter != '\0' && defined.Contains(letter, StringComparison.Ordinal)
            ? new(504, $"Only {meaning} is implemented.")
            : new(501, "One letter is needed.");
    }
}
