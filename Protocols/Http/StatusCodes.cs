using System.Globalization;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http;

/// <summary>The reason phrases of the status codes that this server sends (RFC 9110 §15, RFC 6585).</summary>
internal static class StatusCodes
{
    // RFC 9110 §15: a status code has three digits, and begins with 1 to 5.
    private const int Bound = 600;

    /// <summary>The reason phrase of a status that this server sends.</summary>
    public static ReadOnlySpan<byte> Phrase(int status) => Find(status) is { IsEmpty: false } phrase
        ? phrase
        : throw new InvalidOperationException("a status that this server does not send");

    /// <summary>Counters of all that it sends, each at its number.</summary>
    public static CounterSet Counters() => new(
        "code",
        [
            .. from status in Enumerable.Range(0, Bound)
               select Find(status).IsEmpty ? null : status.ToString(CultureInfo.InvariantCulture),
        ]);

    private static ReadOnlySpan<byte> Find(int status) => status switch
    {
        200 => "OK"u8,
        204 => "No Content"u8,
        206 => "Partial Content"u8,
        301 => "Moved Permanently"u8,
        304 => "Not Modified"u8,
        400 => "Bad Request"u8,
        404 => "Not Found"u8,
        405 => "Method Not Allowed"u8,
        408 => "Request Timeout"u8,
        412 => "Precondition Failed"u8,
        413 => "Content Too Large"u8,
        414 => "URI Too Long"u8,
        416 => "Range Not Satisfiable"u8,
        417 => "Expectation Failed"u8,
        421 => "Misdirected Request"u8,
        431 => "Request Header Fields Too Large"u8,
        501 => "Not Implemented"u8,
        503 => "Service Unavailable"u8,
        505 => "HTTP Version Not Supported"u8,
        _ => default,
    };
}
