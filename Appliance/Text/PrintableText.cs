using System.Buffers;
using System.Globalization;
using System.Text;

namespace Straightwire.Appliance.Text;

/// <summary>
/// Names are data: what comes from a disk, the wire, a configuration or a command line is shown to people
/// and kept in logs as one line of plain text, whatever it holds. What a terminal would obey, what would end
/// the line, and what would show a name as another one is written as an escape.
/// </summary>
/// <remarks>
/// Escaped are the control characters C0, DEL and C1, the format characters (among them the ones that turn
/// the direction of text), line and paragraph separators, halves of characters, and bytes that are no UTF-8:
/// as <c>\xHH</c> up to FF, <c>\uHHHH</c> up to FFFF and <c>\UHHHHHHHH</c> beyond. A backslash stands for
/// itself, so that a text may pass through twice.
/// </remarks>
public static class PrintableText
{
    /// <summary>Whether a character stands for itself.</summary>
    public static bool Has(Rune value) => Rune.GetUnicodeCategory(value) is not (
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>A text with all else escaped; the same one when nothing is.</summary>
    public static string Of(string text) => IsPrintable(text) ? text : Escape(text, keepsLines: false);

    /// <summary>The same of a text of several lines, whose line feeds stand for themselves.</summary>
    public static string OfLines(string text) => IsPrintable(text) ? text : Escape(text, keepsLines: true);

    /// <summary>A name of bytes that are meant to be UTF-8.</summary>
    public static string Of(ReadOnlySpan<byte> name)
    {
        var result = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(name, out Rune rune, out int length);
            if (status == OperationStatus.Done)
            {
                Append(result, rune);
            }
            else
            {
                foreach (byte value in name[..length])
                {
                    AppendEscape(result, value);
                }
            }
            name = name[length..];
        }
        return result.ToString();
    }

    /// <summary>
    /// What is told of an exception: types, messages as one line each, and where it came from.
    /// </summary>
    public static string Of(Exception exception)
    {
        var result = new StringBuilder();
        for (Exception? each = exception; each is not null; each = each.InnerException)
        {
            result.Append(each == exception ? "" : " ---> ").Append(each.GetType()).Append(": ");
            result.Append(Of(each.Message)).Append('\n');
            result.Append(each.StackTrace is { Length: > 0 } trace ? OfLines(trace) + "\n" : "");
        }
        return result.ToString();
    }

    private static bool IsPrintable(string text)
    {
        ReadOnlySpan<char> rest = text;
        int special = rest.IndexOfAnyExceptInRange(' ', '~');
        while (special >= 0)
        {
            rest = rest[special..];
            OperationStatus status = Rune.DecodeFromUtf16(rest, out Rune rune, out int length);
            if (status != OperationStatus.Done || !Has(rune))
            {
                return false;
            }
            rest = rest[length..];
            special = rest.IndexOfAnyExceptInRange(' ', '~');
        }
        return true;
    }

    private static string Escape(ReadOnlySpan<char> text, bool keepsLines)
    {
        var result = new StringBuilder(text.Length + 16);
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text, out Rune rune, out int length);
            if (status != OperationStatus.Done)
            {
                AppendEscape(result, text[0]);
            }
            else if (keepsLines && rune.Value == '\n')
            {
                result.Append('\n');
            }
            else
            {
                Append(result, rune);
            }
            text = text[length..];
        }
        return result.ToString();
    }

    private static void Append(StringBuilder result, Rune rune)
    {
        if (Has(rune))
        {
            result.Append(rune);
        }
        else
        {
            AppendEscape(result, rune.Value);
        }
    }

    private static void AppendEscape(StringBuilder result, int value) => _ = value switch
    {
        < 0x100 => result.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}"),
        < 0x10000 => result.Append(CultureInfo.InvariantCulture, $"\\u{value:X4}"),
        _ => result.Append(CultureInfo.InvariantCulture, $"\\U{value:X8}"),
    };
}
