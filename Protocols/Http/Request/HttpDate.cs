namespace Straightwire.Protocols.Http.Request;

/// <summary>
/// HTTP-date (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three formats. Seconds since 1970, UTC,
/// in the proleptic Gregorian calendar; nothing is allocated and nothing is thrown.
/// </summary>
public static class HttpDate
{
    /// <summary>Bytes of an IMF-fixdate.</summary>
    public const int Length = 29;

    private const long SecondsPerDay = 86_400;

    // 9999-12-31T23:59:59: the year of an HTTP-date has four digits.
    private const long UnixSecondsMax = 253_402_300_799;

    private static readonly DateOnly Epoch = new(1970, 1, 1);

    private static ReadOnlySpan<byte> DayNames => "ThuFriSatSunMonTueWed"u8;

    private static ReadOnlySpan<byte> LongDayTails => "rsday,day,urday,day,day,sday,nesday,"u8;

    private static ReadOnlySpan<byte> MonthNames => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>
    /// Whether a modification time says anything: 0 and 1 are what Nix, OSTree and reproducible archives give
    /// every version of every file.
    /// </summary>
    public static bool IsDate(long unixSeconds) => unixSeconds > 1;

    /// <summary>
    /// Writes "Sun, 06 Nov 1994 08:49:37 GMT", <see cref="Length"/> bytes. Times before 1970 and after 9999
    /// are written as the nearest that is not.
    /// </summary>
    public static void Write(long unixSeconds, Span<byte> destination)
    {
        long seconds = Math.Clamp(unixSeconds, 0, UnixSecondsMax);
        long days = seconds / SecondsPerDay;
        int second = (int)(seconds % SecondsPerDay);
        (int year, int month, int day) = Civil(days);
        destination = destination[..Length];
        DayNames.Slice((int)(days % 7) * 3, 3).CopyTo(destination);
        ", "u8.CopyTo(destination[3..]);
        WriteTwo(day, destination[5..]);
        destination[7] = (byte)' ';
        MonthNames.Slice((month - 1) * 3, 3).CopyTo(destination[8..]);
        destination[11] = (byte)' ';
        WriteTwo(year / 100, destination[12..]);
        WriteTwo(year % 100, destination[14..]);
        destination[16] = (byte)' ';
        WriteTwo(second / 3600, destination[17..]);
        destination[19] = (byte)':';
        WriteTwo(second / 60 % 60, destination[20..]);
        destination[22] = (byte)':';
        WriteTwo(second % 60, destination[23..]);
        " GMT"u8.CopyTo(destination[25..]);
    }

    /// <summary>
    /// Reads an HTTP-date in any of its formats; false for anything else. The day's name must be one, but is
    /// not held against the date.
    /// </summary>
    /// <param name="text">The field's value without surrounding whitespace.</param>
    /// <param name="nowUnixSeconds">The present, which tells the century of the two-digit year of an
    /// rfc850-date.</param>
    /// <param name="unixSeconds">The result; 0 when there is none.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, long nowUnixSeconds, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length < 24 || DayIndex(text) < 0)
        {
            return false;
        }
        return text[3] switch
        {
            (byte)',' => TryParseFixdate(text, out unixSeconds),
            (byte)' ' => TryParseAsctime(text, out unixSeconds),
            _ => TryParseRfc850(text, nowUnixSeconds, out unixSeconds),
        };
    }

    // Sun, 06 Nov 1994 08:49:37 GMT
    private static bool TryParseFixdate(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        return text.Length == Length
            && text[4] == ' ' && text[7] == ' ' && text[11] == ' ' && text[16] == ' '
            && text[25..].SequenceEqual(" GMT"u8)
            && TryCompose(
                FourDigits(text[12..]),
                MonthNumber(text[8..]),
                TwoDigits(text[5..]),
                text[17..25],
                out unixSeconds);
    }

    // Sun Nov  6 08:49:37 1994
    private static bool TryParseAsctime(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != 24 || text[7] != ' ' || text[10] != ' ' || text[19] != ' ')
        {
            return false;
        }
        int day = text[8] == ' ' ? Digit(text[9]) : TwoDigits(text[8..]);
        int month = MonthNumber(text[4..]);
        return TryCompose(FourDigits(text[20..]), month, day, text[11..19], out unixSeconds);
    }

    // Sunday, 06-Nov-94 08:49:37 GMT
    private static bool TryParseRfc850(ReadOnlySpan<byte> text, long nowUnixSeconds, out long unixSeconds)
    {
        unixSeconds = 0;
        int comma = text.IndexOf((byte)',');
        if (comma < 6 || !IsLongDayName(text[..(comma + 1)]))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = text[(comma + 1)..];
        if (rest.Length != 23 || rest[0] != ' ' || rest[3] != '-' || rest[7] != '-' || rest[10] != ' '
            || !rest[19..].SequenceEqual(" GMT"u8))
        {
            return false;
        }
        int twoDigits = TwoDigits(rest[8..]);
        if (twoDigits < 0)
        {
            return false;
        }
        // RFC 9110 §5.6.7: a two-digit year that appears to be more than 50 years in the future means the
        // most recent year in the past with the same last two digits.
        int thisYear = Civil(Math.Clamp(nowUnixSeconds, 0, UnixSecondsMax) / SecondsPerDay).Year;
        int year = thisYear - (thisYear % 100) + twoDigits;
        if (year > thisYear + 50)
        {
            year -= 100;
        }
        int month = MonthNumber(rest[4..]);
        return TryCompose(year, month, TwoDigits(rest[1..]), rest[11..19], out unixSeconds);
    }

    private static bool TryCompose(
        int year, int month, int day, ReadOnlySpan<byte> time, out long unixSeconds)
    {
        unixSeconds = 0;
        int hour = TwoDigits(time);
        int minute = TwoDigits(time[3..]);
        int second = TwoDigits(time[6..]);
        if (year < 1 || month < 1 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || time[2] != ':' || time[5] != ':'
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60)
        {
            return false;
        }
        long days = new DateOnly(year, month, day).DayNumber - Epoch.DayNumber;
        unixSeconds = (days * SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        return true;
    }

    private static int DayIndex(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < DayNames.Length; i += 3)
        {
            if (text.StartsWith(DayNames.Slice(i, 3)))
            {
                return i / 3;
            }
        }
        return -1;
    }

    private static bool IsLongDayName(ReadOnlySpan<byte> nameWithComma)
    {
        ReadOnlySpan<byte> tails = LongDayTails;
        int index = DayIndex(nameWithComma);
        for (int i = 0; i < index; i++)
        {
            tails = tails[(tails.IndexOf((byte)',') + 1)..];
        }
        return nameWithComma[3..].SequenceEqual(tails[..(tails.IndexOf((byte)',') + 1)]);
    }

    private static int MonthNumber(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < MonthNames.Length; i += 3)
        {
            if (text.StartsWith(MonthNames.Slice(i, 3)))
            {
                return (i / 3) + 1;
            }
        }
        return -1;
    }

    private static int Digit(byte value) => value is >= (byte)'0' and <= (byte)'9' ? value - '0' : -1;

    private static int TwoDigits(ReadOnlySpan<byte> text)
    {
        int tens = Digit(text[0]);
        int ones = Digit(text[1]);
        return (tens | ones) < 0 ? -1 : (tens * 10) + ones;
    }

    private static int FourDigits(ReadOnlySpan<byte> text)
    {
        int high = TwoDigits(text);
        int low = TwoDigits(text[2..]);
        return (high | low) < 0 ? -1 : (high * 100) + low;
    }

    private static void WriteTwo(int value, Span<byte> destination)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }

    private static DateOnly Civil(long daysSince1970) => Epoch.AddDays((int)daysSince1970);
}
