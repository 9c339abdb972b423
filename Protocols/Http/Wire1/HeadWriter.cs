using System.Buffers.Text;
using System.Text;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Writes a message head into memory that the caller has made large enough: what is written is of our own
/// making and bounded, so that running over is a bug of this program and throws.
/// </summary>
internal ref struct HeadWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>How many bytes were written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that were written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    /// <summary>Writes bytes as they are.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes ASCII text; anything else in it becomes a question mark.</summary>
    public void Write(string text) => Length += Encoding.ASCII.GetBytes(text, _buffer[Length..]);

    /// <summary>Writes a number as 1*DIGIT, with a minus where it is below 0.</summary>
    public void Write(long value)
    {
        bool fits = Utf8Formatter.TryFormat(value, _buffer[Length..], out int written);
        Invariant.Assert(fits, "a head has room for its numbers");
        Length += written;
    }

    /// <summary>Writes a field line (RFC 9112 §5).</summary>
    public void WriteField(string name, string value)
    {
        Write(name);
        Write(": "u8);
        Write(value);
        Write("\r\n"u8);
    }

    /// <summary>Writes an IMF-fixdate (RFC 9110 §5.6.7).</summary>
    public void WriteDate(long unixSeconds)
    {
        HttpDate.Write(unixSeconds, _buffer[Length..]);
        Length += HttpDate.Length;
    }
}
