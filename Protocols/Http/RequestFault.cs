using System.Reflection;
using System.Text.Json;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http;

/// <summary>
/// Why a request is refused. Each refusal declares its status and what is wrong, and is counted in
/// <see cref="HttpCounters.Refusals"/>.
/// </summary>
internal enum RequestFault : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Nothing is wrong yet: more bytes are needed.</summary>
    Incomplete,

    // From here on where the message ends is uncertain, or the client cannot be trusted about it: the
    // connection closes.
    [Refusal(400, "a line ended with LF alone (RFC 9112 §2.2)")]
    BareLineFeed,

    [Refusal(400, "a CR without LF (RFC 9112 §2.2)")]
    BareCarriageReturn,

    [Refusal(400, "another control byte in the head (RFC 9110 §5.5)")]
    ControlByte,

    [Refusal(400, "not a request line (RFC 9112 §3)")]
    BadRequestLine,

    [Refusal(501, "a method longer than any that is known (RFC 9112 §3)")]
    MethodTooLong,

    [Refusal(400, "a target in none of its forms, or in one that the method does not have (RFC 9112 §3.2)")]
    BadTarget,

    [Refusal(400, "no colon, no name, or not a token before the colon (RFC 9112 §5.1)")]
    BadFieldLine,

    [Refusal(400, "a field line that begins with whitespace (RFC 9112 §5.2)")]
    ObsoleteFold,

    [Refusal(505, "a major version other than 1")]
    VersionNotSupported,

    [Refusal(414, "the target is too long")]
    TargetTooLong,

    [Refusal(431, "the head is too long")]
    HeadTooLarge,

    [Refusal(431, "too many field lines")]
    TooManyFields,

    [Refusal(400, "Content-Length is no number (RFC 9110 §8.6)")]
    BadContentLength,

    [Refusal(400, "more than one Content-Length")]
    RepeatedContentLength,

    [Refusal(400, "Content-Length and Transfer-Encoding in one message (RFC 9112 §6.1)")]
    LengthAndTransferEncoding,

    [Refusal(
        400,
        "Transfer-Encoding is empty, repeated, in HTTP/1.0, or does not end with chunked (RFC 9112 §6.1, "
        + "§6.3)")]
    BadTransferEncoding,

    [Refusal(501, "a transfer coding besides chunked")]
    UnknownTransferCoding,

    [Refusal(400, "broken chunk framing (RFC 9112 §7.1)")]
    BadChunk,

    [Refusal(413, "more content than is read and dropped")]
    ContentTooLarge,

    [Refusal(408, "a head, or the chunks that its answer waits for, took longer than the timeout")]
    HeadTimeout,

    [Refusal(405, "CONNECT")]
    Connect,

    // From here on the message is framed well: the connection goes on.
    [Refusal(400, "no Host in HTTP/1.1 (RFC 9112 §3.2)")]
    MissingHost,

    [Refusal(400, "more than one Host")]
    RepeatedHost,

    [Refusal(400, "Host is not an authority")]
    BadHost,

    [Refusal(421, "a target of another scheme (RFC 9110 §7.4)")]
    Misdirected,

    [Refusal(421, "a host that no site has (RFC 9110 §15.5.20)")]
    UnknownHost,

    [Refusal(417, "an expectation other than 100-continue (RFC 9110 §10.1.1)")]
    ExpectationFailed,

    [Refusal(405, "a known method that a static server has no use for")]
    MethodNotAllowed,

    [Refusal(501, "an unknown method")]
    MethodUnknown,

    [Refusal(400, "a path that cannot be made canonical")]
    BadPath,

    [Refusal(400, "a query that the page does not have")]
    BadQuery,

    [Refusal(404, "nothing has that path")]
    NotFound,

    [Refusal(412, "a precondition does not hold (RFC 9110 §13.2)")]
    PreconditionFailed,

    [Refusal(416, "the range is not within the file (RFC 9110 §14.1.2)")]
    RangeNotSatisfiable,

    [Refusal(503, "the file changes, and was not read anew in time")]
    ContentChanging,
}

/// <summary>What the members of <see cref="RequestFault"/> declare.</summary>
internal static class RequestFaults
{
    // By number; what is no refusal declares none.
    private static readonly (string Reason, RefusalAttribute? Refusal)[] Members =
    [
        .. from name in Enum.GetNames<RequestFault>()
           let refusal = typeof(RequestFault).GetField(name)!.GetCustomAttribute<RefusalAttribute>()
           select (JsonNamingPolicy.SnakeCaseLower.ConvertName(name), refusal),
    ];

    /// <summary>The status code (RFC 9110 §15, RFC 6585 §5).</summary>
    public static int Status(this RequestFault fault) => Members[(int)fault].Refusal!.Status;

    /// <summary>Counters of all refusals, each at its number.</summary>
    public static CounterSet Counters() => new(
        "reason",
        [.. from member in Members select member.Refusal is null ? null : member.Reason],
        string.Join(
            "; ",
            from member in Members
            where member.Refusal is not null
            select $"{member.Reason}: {member.Refusal.Status}, {member.Refusal.Text}") + ".");
}
