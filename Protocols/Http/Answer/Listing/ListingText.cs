using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>
/// Writes parts of a listing into memory of fixed size. What has no room is not written, and from then on
/// <see cref="IsFull"/> holds.
/// </summary>
internal ref struct ListingText(Span<byte> buffer)
{
    private const long SecondsPerDay = 86_400;
    private const int DecimalStep = 1000;

    // 9999-12-31: the year has four digits.
    private const long DayMax = 2_932_896;

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
    private static readonly SearchValues<byte> Markup = SearchValues.Create("&<>\"'"u8);

    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes that were written.</summary>
    public int Length { get; private set; }

    /// <summary>Whether something found no room.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What was written behind a length is taken back, if something of it found no room.</summary>
    public bool TryKeep(int length)
    {
        if (IsFull)
        {
            (IsFull, Length) = (false, length);
            return false;
        }
        return true;
    }

    /// <summary>Bytes as they are.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(_buffer[Length..]))
        {
            Length += bytes.Length;
        }
        else
        {
            IsFull = true;
        }
    }

    /// <summary>A decimal number.</summary>
    public void Write(long value)
    {
        IsFull |= !Utf8Formatter.TryFormat(value, _buffer[Length..], out int written);
        Length += written;
    }

    /// <summary>A decimal number with a comma before every three digits, for people.</summary>
    public void WriteGrouped(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(value, digits, out int count);
        for (int i = 0; i < count; i++)
        {
            if (i > 0 && (count - i) % 3 == 0)
            {
                Write(","u8);
            }
            Write(digits.Slice(i, 1));
        }
    }

    /// <summary>A number of bytes in three digits, or exactly where that is no more: 12.3 MB.</summary>
    public void WriteSize(long bytes)
    {
        ReadOnlySpan<byte> units = "kMGTPE"u8;
        if (bytes < DecimalStep)
        {
            Write(bytes);
            Write(" B"u8);
            return;
        }
        int unit = 0;
        long below = bytes;
        for (; below >= DecimalStep * DecimalStep; below /= DecimalStep)
        {
            unit++;
        }
        // In thousandths of the unit, of which those are cut off that no place is for.
        long whole = below / DecimalStep;
        long thousandths = below % DecimalStep;
        Write(whole);
        if (whole < 10)
        {
            Write("."u8);
            WriteTwo(thousandths / 10);
        }
        else if (whole < 100)
        {
            Write("."u8);
            Write(thousandths / 100);
        }
        Write(" "u8);
        Write(units.Slice(unit, 1));
        Write("B"u8);
    }

    /// <summary>Text of a document: what would be markup stands for itself, quoted or not.</summary>
    public void WriteMarkedUp(scoped ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny(Markup) is var at && at >= 0)
        {
            Write(text[..at]);
            Write(text[at] switch
            {
                (byte)'&' => "&amp;"u8,
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'"' => "&quot;"u8,
                _ => "&#39;"u8,
            });
            text = text[(at + 1)..];
        }
        Write(text);
    }

    /// <summary>
    /// A name as a relative link to itself, which no scheme, host, query or fragment is read in.
    /// </summary>
    public void WriteLink(scoped ReadOnlySpan<byte> name)
    {
        if (_buffer.Length - Length < PercentEncoding.LengthMax(name.Length))
        {
            IsFull = true;
            return;
        }
        Length += PercentEncoding.WriteSegment(name, _buffer[Length..]);
    }

    /// <summary>A string of JSON (RFC 8259 §7). The text has no control bytes.</summary>
    public void WriteJson(scoped ReadOnlySpan<byte> text)
    {
        Write("\""u8);
        while (text.IndexOfAny((byte)'"', (byte)'\\') is var at && at >= 0)
        {
            Write(text[..at]);
            Write("\\"u8);
            Write(text.Slice(at, 1));
            text = text[(at + 1)..];
        }
        Write(text);
        Write("\""u8);
    }

    /// <summary>An HTTP-date (RFC 9110 §5.6.7).</summary>
    public void WriteHttpDate(long unixSeconds)
    {
        Span<byte> date = stackalloc byte[HttpDate.Length];
        HttpDate.Write(unixSeconds, date);
        Write(date);
    }

    /// <summary>2026-12-01, and 13:48 behind a separator; UTC.</summary>
    public void WriteMinute(long unixSeconds, ReadOnlySpan<byte> separator)
    {
        long day = Math.Clamp(unixSeconds / SecondsPerDay, 0, DayMax);
        int second = (int)(Math.Max(0, unixSeconds) % SecondsPerDay);
        (int year, int month, int ofMonth) = DateOnly.FromDayNumber(Epoch + (int)day);
        WriteTwo(year / 100);
        WriteTwo(year % 100);
        Write("-"u8);
        WriteTwo(month);
        Write("-"u8);
        WriteTwo(ofMonth);
        Write(separator);
        WriteTwo(second / 3600);
        Write(":"u8);
        WriteTwo(second / 60 % 60);
    }

    /// <summary>The second within its minute, two digits.</summary>
    public void WriteSecond(long unixSeconds) => WriteTwo(Math.Max(0, unixSeconds) % 60);

    /// <summary>Characters as UTF-8.</summary>
    public void Write(scoped ReadOnlySpan<char> text)
    {
        IsFull |= !Encoding.UTF8.TryGetBytes(text, _buffer[Length..], out int written);
        Length += written;
    }

    private void WriteTwo(long value) =>
        Write([(byte)('0' + (value / 10)), (byte)('0' + (value % 10))]);
}
