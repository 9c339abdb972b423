using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Metrics;

/// <summary>What HTTP did and refused.</summary>
internal static class HttpMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, HttpCounters counters)
    {
        text.Counter("http_connections", "Connections taken.", counters.Connections);
        text.Counter("http_requests", "Requests answered, those with an error included.", counters.Requests);
        text.Counter("http_successful", "Answers of class 2xx (RFC 9110 §15.3).", counters.Successful);
        text.Counter("http_redirections", "Answers of class 3xx (RFC 9110 §15.4).", counters.Redirections);
        text.Counter("http_client_errors", "Answers of class 4xx (RFC 9110 §15.5).", counters.ClientErrors);
        text.Counter("http_server_errors", "Answers of class 5xx (RFC 9110 §15.6).", counters.ServerErrors);
        text.Counter("http_idle_timeouts",
            "Connections finished because no request came for as long as the idle timeout.",
            counters.IdleTimeouts);
        text.Counter("http_content_timeouts",
            "Connections finished because a request's content took longer than its timeout.",
            counters.ContentTimeouts);
        text.Counter("http_linger_stops",
            "Connections whose peer sent more after the last answer than is read and dropped: its window "
            + "is shut.",
            counters.LingerStops);
        text.Counter("http_linger_aborts",
            "Connections aborted because the peer did not finish in time after the last answer.",
            counters.LingerAborts);
        text.Counter("http_waits_for_room",
            "Times that an answer waited for room in the send queue or for a pool frame.",
            counters.WaitsForRoom);
        text.Counter("http_waits_for_content",
            "Requests that waited for their file, which had changed, to be read anew.",
            counters.WaitsForContent);
        text.Counter("http_bare_line_feed",
            "400: a line ended with LF alone (RFC 9112 §2.2).", counters.BareLineFeed);
        text.Counter("http_bare_carriage_return",
            "400: a CR without LF (RFC 9112 §2.2).", counters.BareCarriageReturn);
        text.Counter("http_control_byte",
            "400: another control byte in the head (RFC 9110 §5.5).", counters.ControlByte);
        text.Counter("http_bad_request_line",
            "400: not a request line (RFC 9112 §3).", counters.BadRequestLine);
        text.Counter("http_method_too_long",
            "501: a method longer than any that is known (RFC 9112 §3).", counters.MethodTooLong);
        text.Counter("http_bad_target",
            "400: a target in none of its forms, or in one that the method does not have (RFC "
            + "9112 §3.2).",
            counters.BadTarget);
        text.Counter("http_bad_field_line",
            "400: no colon, no name, or not a token before the colon (RFC 9112 §5.1).",
            counters.BadFieldLine);
        text.Counter("http_obsolete_fold",
            "400: a field line that begins with whitespace (RFC 9112 §5.2).", counters.ObsoleteFold);
        text.Counter("http_version_not_supported",
            "505: a major version other than 1.", counters.VersionNotSupported);
        text.Counter("http_target_too_long", "414: the target is too long.", counters.TargetTooLong);
        text.Counter("http_head_too_large", "431: the head is too long.", counters.HeadTooLarge);
        text.Counter("http_too_many_fields", "431: too many field lines.", counters.TooManyFields);
        text.Counter("http_bad_content_length",
            "400: Content-Length is no number (RFC 9110 §8.6).", counters.BadContentLength);
        text.Counter("http_repeated_content_length",
            "400: more than one Content-Length.", counters.RepeatedContentLength);
        text.Counter("http_length_and_transfer_encoding",
            "400: Content-Length and Transfer-Encoding in one message (RFC 9112 §6.1).",
            counters.LengthAndTransferEncoding);
        text.Counter("http_bad_transfer_encoding",
            "400: Transfer-Encoding is empty, repeated, in HTTP/1.0, or does not end with "
            + "chunked (RFC 9112 §6.1, §6.3).",
            counters.BadTransferEncoding);
        text.Counter("http_unknown_transfer_coding",
            "501: a transfer coding besides chunked.", counters.UnknownTransferCoding);
        text.Counter("http_bad_chunk", "400: broken chunk framing (RFC 9112 §7.1).", counters.BadChunk);
        text.Counter("http_content_too_large",
            "413: more content than is read and dropped.", counters.ContentTooLarge);
        WriteMore(text, counters);
    }

    /// <summary>The rest of them.</summary>
    private static void WriteMore(MetricsText text, HttpCounters counters)
    {
        text.Counter("http_head_timeout",
            "408: a head, or the chunks that its answer waits for, took longer than the timeout.",
            counters.HeadTimeout);
        text.Counter("http_connect", "405: CONNECT.", counters.Connect);
        text.Counter("http_missing_host", "400: no Host in HTTP/1.1 (RFC 9112 §3.2).", counters.MissingHost);
        text.Counter("http_repeated_host", "400: more than one Host.", counters.RepeatedHost);
        text.Counter("http_bad_host", "400: Host is not an authority.", counters.BadHost);
        text.Counter("http_misdirected",
            "421: a target of another scheme (RFC 9110 §7.4).", counters.Misdirected);
        text.Counter("http_expectation_failed",
            "417: an expectation other than 100-continue (RFC 9110 §10.1.1).", counters.ExpectationFailed);
        text.Counter("http_method_not_allowed",
            "405: a known method that a static server has no use for.", counters.MethodNotAllowed);
        text.Counter("http_method_unknown", "501: an unknown method.", counters.MethodUnknown);
        text.Counter("http_bad_path", "400: a path that cannot be made canonical.", counters.BadPath);
        text.Counter("http_not_found", "404.", counters.NotFound);
        text.Counter("http_precondition_failed", "412.", counters.PreconditionFailed);
        text.Counter("http_range_not_satisfiable", "416.", counters.RangeNotSatisfiable);
        text.Counter("http_content_changing",
            "503: the file changes, and was not read anew in time.", counters.ContentChanging);
    }
}
