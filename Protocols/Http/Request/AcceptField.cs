using System.Text;

namespace Straightwire.Protocols.Http.Request;

/// <summary>Accept (RFC 9110 §12.5.1), as far as the form of what is made here asks for it.</summary>
internal static class AcceptField
{
    /// <summary>
    /// Whether an error is to be JSON: when a JSON type is named, and weighs more than HTML where that is
    /// named too. Ranges with wildcards name neither, so that browsers and curl get HTML.
    /// </summary>
    public static bool PrefersJson(ReadOnlySpan<byte> accept)
    {
        Weigh(accept, out int html, out int json, out _);
        return json > html;
    }

    /// <summary>The form of a listing: likewise, and plain text when it weighs more than both.</summary>
    public static AcceptedForm Prefers(ReadOnlySpan<byte> accept)
    {
        Weigh(accept, out int html, out int json, out int text);
        return text > html && text > json ? AcceptedForm.Text
            : json > html ? AcceptedForm.Json
            : AcceptedForm.Html;
    }

    private static void Weigh(ReadOnlySpan<byte> accept, out int html, out int json, out int text)
    {
        (html, json, text) = (0, 0, 0);
        while (FieldSyntax.TryNextMember(ref accept, out ReadOnlySpan<byte> member))
        {
            int semicolon = member.IndexOf((byte)';');
            ReadOnlySpan<byte> type = semicolon < 0 ? member : member[..semicolon];
            type = FieldSyntax.TrimWhitespace(type);
            if (Ascii.EqualsIgnoreCase(type, "application/json"u8)
                || Ascii.EqualsIgnoreCase(type, "application/problem+json"u8))
            {
                json = Math.Max(json, Weight(member));
            }
            else if (Ascii.EqualsIgnoreCase(type, "text/html"u8)
                || Ascii.EqualsIgnoreCase(type, "application/xhtml+xml"u8))
            {
                html = Math.Max(html, Weight(member));
            }
            else if (Ascii.EqualsIgnoreCase(type, "text/plain"u8))
            {
                text = Math.Max(text, Weight(member));
            }
        }
    }

    /// <summary>
    /// weight = OWS ";" OWS "q=" qvalue in thousandths (RFC 9110 §12.4.2); 1000 when there is none or it is
    /// none.
    /// </summary>
    private static int Weight(ReadOnlySpan<byte> member)
    {
        for (int semicolon = member.IndexOf((byte)';'); semicolon >= 0; semicolon = member.IndexOf((byte)';'))
        {
            member = FieldSyntax.TrimWhitespace(member[(semicolon + 1)..]);
            if (member.Length >= 3 && (member[0] | 0x20) == 'q' && member[1] == '=')
            {
                return Thousandths(member[2..]);
            }
        }
        return 1000;
    }

    private static int Thousandths(ReadOnlySpan<byte> value)
    {
        if (value[0] != '0')
        {
            return 1000;
        }
        int result = 0;
        int scale = 100;
        for (int i = 2; i < Math.Min(value.Length, 5) && value[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            result += (value[i] - '0') * scale;
            scale /= 10;
        }
        return result;
    }
}
