using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Straightwire.Appliance.Text;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// Writes a line of a log into memory that the caller has made large enough. Nothing that a stranger wrote
/// gets into it as it is, but for what is printable.
/// </summary>
internal ref struct LineWriter(Span<byte> buffer)
{
    /// <summary>Most bytes that one of a text becomes.</summary>
    public const int BytesOfOne = 6;

    /// <summary>Bytes of everything else in a line, at most.</summary>
    public const int FixedMax = 1024;

    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes that were written so far.</summary>
    public int Length { get; private set; }

    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEF"u8;

    /// <summary>Writes bytes of our own as they are.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes a number.</summary>
    public void Write(long value)
    {
        bool fits = Utf8Formatter.TryFormat(value, _buffer[Length..], out int written);
        Invariant.Assert(fits, "a line has room for its numbers");
        Length += written;
    }

    /// <summary>Writes so many digits of a number.</summary>
    public void WriteDigits(int value, int count)
    {
        for (int i = count - 1; i >= 0; i--, value /= 10)
        {
            _buffer[Length + i] = (byte)('0' + (value % 10));
        }
        Length += count;
    }

    /// <summary>Writes an address; one of IPv6 without brackets.</summary>
    public void Write(IpAddress address)
    {
        if (!address.IsIpv4)
        {
            Length += Encoding.ASCII.GetBytes(address.ToString(), _buffer[Length..]);
            return;
        }
        uint value = address.ToIpv4().Value;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            Write((value >> shift) & 255);
            Write(shift > 0 ? "."u8 : default);
        }
    }

    /// <summary>
    /// Writes a text as Apache's logs have it: what ends a field, and all that is not printable ASCII, is
    /// <c>\xHH</c>; a hyphen where there is nothing.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="isWord">Whether a blank would end the field, too.</param>
    public void WriteText(scoped ReadOnlySpan<byte> text, bool isWord = false)
    {
        if (text.IsEmpty)
        {
            Write("-"u8);
        }
        while (!text.IsEmpty)
        {
            int special = text.IndexOfAnyExcept(Plain);
            int blank = isWord ? text.IndexOf((byte)' ') : -1;
            int end = blank >= 0 && (special < 0 || blank < special) ? blank : special;
            if (end < 0)
            {
                Write(text);
                return;
            }
            Write(text[..end]);
            Write("\\x"u8);
            WriteHex(text[end], 2);
            text = text[(end + 1)..];
        }
    }

    /// <summary>
    /// Writes a text as one of JSON: what is not printable is escaped, and what is no UTF-8 is U+FFFD; null
    /// where there is nothing.
    /// </summary>
    public void WriteJson(scoped ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            Write("null"u8);
            return;
        }
        Write("\""u8);
        while (!text.IsEmpty)
        {
            int special = text.IndexOfAnyExcept(Plain);
            if (special < 0)
            {
                Write(text);
                break;
            }
            Write(text[..special]);
            Rune.DecodeFromUtf8(text[special..], out Rune rune, out int length);
            WriteJson(rune);
            text = text[(special + length)..];
        }
        Write("\""u8);
    }

    private void WriteJson(Rune rune)
    {
        if (rune.Value is '"' or '\\')
        {
            Write("\\"u8);
            _buffer[Length++] = (byte)rune.Value;
        }
        else if (PrintableText.Has(rune))
        {
            Length += rune.EncodeToUtf8(_buffer[Length..]);
        }
        else
        {
            Span<char> units = stackalloc char[2];
            foreach (char unit in units[..rune.EncodeToUtf16(units)])
            {
                Write("\\u"u8);
                WriteHex(unit, 4);
            }
        }
    }

    private void WriteHex(int value, int digits)
    {
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        {
            _buffer[Length++] = Digits[(value >> shift) & 15];
        }
    }
}
