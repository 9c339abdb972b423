using Straightwire.Protocols.Http.Wire1;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>The small documents that errors and redirects carry, as HTML or JSON.</summary>
internal static class ErrorResponses
{
    /// <summary>
    /// Writes what follows the prefix of an answer: the fields, the empty line, and the content unless it is
    /// for HEAD.
    /// </summary>
    /// <param name="writer">Where the prefix was written.</param>
    /// <param name="status">The status code.</param>
    /// <param name="json">JSON instead of HTML.</param>
    /// <param name="withContent">False for HEAD, whose answer has the same fields and no content (RFC 9110
    /// §9.3.2).</param>
    public static void Write(ref HeadWriter writer, int status, bool json, bool withContent)
    {
        ReadOnlySpan<byte> phrase = StatusCodes.Phrase(status);
        ReadOnlySpan<byte> first = json ? "{\"status\":"u8 : "<!doctype html><html lang=\"en\"><title>"u8;
        ReadOnlySpan<byte> second = json ? ",\"title\":\""u8 : "</title><h1>"u8;
        ReadOnlySpan<byte> third = json ? "\"}\n"u8 : "</h1></html>\n"u8;
        // A status has three digits; HTML says status and phrase twice.
        int texts = json ? 3 + phrase.Length : 2 * (4 + phrase.Length);
        int length = first.Length + second.Length + third.Length + texts;
        writer.Write(json ? "Content-Type: application/json"u8 : "Content-Type: text/html; charset=utf-8"u8);
        writer.Write("\r\nContent-Length: "u8);
        writer.Write(length);
        writer.Write("\r\nVary: Accept\r\nX-Content-Type-Options: nosniff\r\n\r\n"u8);
        if (!withContent)
        {
            return;
        }
        writer.Write(first);
        writer.Write(status);
        if (!json)
        {
            writer.Write(" "u8);
            writer.Write(phrase);
        }
        writer.Write(second);
        if (!json)
        {
            writer.Write(status);
            writer.Write(" "u8);
        }
        writer.Write(phrase);
        writer.Write(third);
    }
}
