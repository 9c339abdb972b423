namespace Straightwire.Protocols.Ftp;

/// <summary>
/// The time-val of RFC 3659 §2.3, YYYYMMDDHHMMSS with an optional fraction of a second. Seconds since 1970,
/// UTC; nothing is allocated and nothing is thrown.
/// </summary>
internal static class FtpTime
{
    /// <summary>Bytes of a time without a fraction.</summary>
    public const int Length = 14;

    // 9999-12-31T23:59:59: the year has four digits.
    private const long UnixSecondsMax = 253_402_300_799;

    private const long SecondsPerDay = 86_400;

    private static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>
    /// Reads a time of the years 1970 to 9999; false for anything else. A fraction is cut off, and a leap
    /// second is the one before it, since our seconds do not count them.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length < Length
            || text[..Length].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || (text.Length > Length && !IsFraction(text[Length..])))
        {
            return false;
        }
        int year = (TwoDigits(text) * 100) + TwoDigits(text[2..]);
        int month = TwoDigits(text[4..]);
        int day = TwoDigits(text[6..]);
        int hour = TwoDigits(text[8..]);
        int minute = TwoDigits(text[10..]);
        int second = TwoDigits(text[12..]);
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }
        long days = new DateOnly(year, month, day).DayNumber - Epoch.DayNumber;
        unixSeconds = (days * SecondsPerDay) + (hour * 3600) + (minute * 60) + Math.Min(second, 59);
        return true;
    }

    /// <summary>
    /// Writes <see cref="Length"/> bytes. Times before 1970 and after 9999 are written as the nearest that is
    /// not.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int Write(long unixSeconds, Span<byte> destination)
    {
        (DateOnly date, int second) = Split(unixSeconds);
        WriteTwo(date.Year / 100, destination);
        WriteTwo(date.Year % 100, destination[2..]);
        WriteTwo(date.Month, destination[4..]);
        WriteTwo(date.Day, destination[6..]);
        WriteTwo(second / 3600, destination[8..]);
        WriteTwo(second / 60 % 60, destination[10..]);
        WriteTwo(second % 60, destination[12..]);
        return Length;
    }

    /// <summary>The day, and the second of it, of a time that is brought between 1970 and 9999.</summary>
    public static (DateOnly Date, int SecondOfDay) Split(long unixSeconds)
    {
        long seconds = Math.Clamp(unixSeconds, 0, UnixSecondsMax);
        return (Epoch.AddDays((int)(seconds / SecondsPerDay)), (int)(seconds % SecondsPerDay));
    }

    /// <summary>Writes a number below 100 as two digits.</summary>
    public static void WriteTwo(int value, Span<byte> destination)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }

    private static bool IsFraction(ReadOnlySpan<byte> text) =>
        text.Length > 1 && text[0] == (byte)'.' && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static int TwoDigits(ReadOnlySpan<byte> text) => ((text[0] - '0') * 10) + text[1] - '0';
}
