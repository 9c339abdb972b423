namespace Straightwire.Protocols.Http;

/// <summary>
/// What the HTTP service of one shard did and refused. Written by the shard, read by anyone.
/// </summary>
public sealed class HttpCounters
{
    /// <summary>Connections taken.</summary>
    public long Connections;

    /// <summary>Requests answered, those with an error included.</summary>
    public long Requests;

    /// <summary>Answers of class 2xx (RFC 9110 §15.3).</summary>
    public long Successful;

    /// <summary>Answers of class 3xx (RFC 9110 §15.4).</summary>
    public long Redirections;

    /// <summary>Answers of class 4xx (RFC 9110 §15.5).</summary>
    public long ClientErrors;

    /// <summary>Answers of class 5xx (RFC 9110 §15.6).</summary>
    public long ServerErrors;

    /// <summary>Connections finished because no request came for as long as the idle timeout.</summary>
    public long IdleTimeouts;

    /// <summary>Connections finished because a request's content took longer than its timeout.</summary>
    public long ContentTimeouts;

    /// <summary>
    /// Connections whose peer sent more after the last answer than is read and dropped: its window is shut.
    /// </summary>
    public long LingerStops;

    /// <summary>Connections aborted because the peer did not finish in time after the last answer.</summary>
    public long LingerAborts;

    /// <summary>Times that an answer waited for room in the send queue or for a pool frame.</summary>
    public long WaitsForRoom;

    /// <summary>Requests that waited for their file, which had changed, to be read anew.</summary>
    public long WaitsForContent;

    /// <summary>400: a line ended with LF alone (RFC 9112 §2.2).</summary>
    public long BareLineFeed;

    /// <summary>400: a CR without LF (RFC 9112 §2.2).</summary>
    public long BareCarriageReturn;

    /// <summary>400: another control byte in the head (RFC 9110 §5.5).</summary>
    public long ControlByte;

    /// <summary>400: not a request line (RFC 9112 §3).</summary>
    public long BadRequestLine;

    /// <summary>501: a method longer than any that is known (RFC 9112 §3).</summary>
    public long MethodTooLong;

    /// <summary>
    /// 400: a target in none of its forms, or in one that the method does not have (RFC 9112 §3.2).
    /// </summary>
    public long BadTarget;

    /// <summary>400: no colon, no name, or not a token before the colon (RFC 9112 §5.1).</summary>
    public long BadFieldLine;

    /// <summary>400: a field line that begins with whitespace (RFC 9112 §5.2).</summary>
    public long ObsoleteFold;

    /// <summary>505: a major version other than 1.</summary>
    public long VersionNotSupported;

    /// <summary>414: the target is too long.</summary>
    public long TargetTooLong;

    /// <summary>431: the head is too long.</summary>
    public long HeadTooLarge;

    /// <summary>431: too many field lines.</summary>
    public long TooManyFields;

    /// <summary>400: Content-Length is no number (RFC 9110 §8.6).</summary>
    public long BadContentLength;

    /// <summary>400: more than one Content-Length.</summary>
    public long RepeatedContentLength;

    /// <summary>400: Content-Length and Transfer-Encoding in one message (RFC 9112 §6.1).</summary>
    public long LengthAndTransferEncoding;

    /// <summary>
    /// 400: Transfer-Encoding is empty, repeated, in HTTP/1.0, or does not end with chunked (RFC 9112 §6.1,
    /// §6.3).
    /// </summary>
    public long BadTransferEncoding;

    /// <summary>501: a transfer coding besides chunked.</summary>
    public long UnknownTransferCoding;

    /// <summary>400: broken chunk framing (RFC 9112 §7.1).</summary>
    public long BadChunk;

    /// <summary>413: more content than is read and dropped.</summary>
    public long ContentTooLarge;

    /// <summary>408: a head, or the chunks that its answer waits for, took longer than the timeout.</summary>
    public long HeadTimeout;

    /// <summary>405: CONNECT.</summary>
    public long Connect;

    /// <summary>400: no Host in HTTP/1.1 (RFC 9112 §3.2).</summary>
    public long MissingHost;

    /// <summary>400: more than one Host.</summary>
    public long RepeatedHost;

    /// <summary>400: Host is not an authority.</summary>
    public long BadHost;

    /// <summary>421: a target of another scheme (RFC 9110 §7.4).</summary>
    public long Misdirected;

    /// <summary>417: an expectation other than 100-continue (RFC 9110 §10.1.1).</summary>
    public long ExpectationFailed;

    /// <summary>405: a known method that a static server has no use for.</summary>
    public long MethodNotAllowed;

    /// <summary>501: an unknown method.</summary>
    public long MethodUnknown;

    /// <summary>400: a path that cannot be made canonical.</summary>
    public long BadPath;

    /// <summary>404.</summary>
    public long NotFound;

    /// <summary>412.</summary>
    public long PreconditionFailed;

    /// <summary>416.</summary>
    public long RangeNotSatisfiable;

    /// <summary>503: the file changes, and was not read anew in time.</summary>
    public long ContentChanging;

    /// <summary>Counts an answer by its class.</summary>
    internal void CountAnswer(int status)
    {
        Requests++;
        switch (status / 100)
        {
            case 2:
                Successful++;
                break;
            case 3:
                Redirections++;
                break;
            case 4:
                ClientErrors++;
                break;
            default:
                ServerErrors++;
                break;
        }
    }

    /// <summary>The counter of a refusal.</summary>
    internal ref long Of(RequestFault fault)
    {
        switch (fault)
        {
            case RequestFault.BareLineFeed: return ref BareLineFeed;
            case RequestFault.BareCarriageReturn: return ref BareCarriageReturn;
            case RequestFault.ControlByte: return ref ControlByte;
            case RequestFault.BadRequestLine: return ref BadRequestLine;
            case RequestFault.MethodTooLong: return ref MethodTooLong;
            case RequestFault.BadTarget: return ref BadTarget;
            case RequestFault.BadFieldLine: return ref BadFieldLine;
            case RequestFault.ObsoleteFold: return ref ObsoleteFold;
            case RequestFault.VersionNotSupported: return ref VersionNotSupported;
            case RequestFault.TargetTooLong: return ref TargetTooLong;
            case RequestFault.HeadTooLarge: return ref HeadTooLarge;
            case RequestFault.TooManyFields: return ref TooManyFields;
            case RequestFault.BadContentLength: return ref BadContentLength;
            case RequestFault.RepeatedContentLength: return ref RepeatedContentLength;
            case RequestFault.LengthAndTransferEncoding: return ref LengthAndTransferEncoding;
            case RequestFault.BadTransferEncoding: return ref BadTransferEncoding;
            case RequestFault.UnknownTransferCoding: return ref UnknownTransferCoding;
            case RequestFault.BadChunk: return ref BadChunk;
            case RequestFault.ContentTooLarge: return ref ContentTooLarge;
            case RequestFault.HeadTimeout: return ref HeadTimeout;
            case RequestFault.Connect: return ref Connect;
            case RequestFault.MissingHost: return ref MissingHost;
            case RequestFault.RepeatedHost: return ref RepeatedHost;
            case RequestFault.BadHost: return ref BadHost;
            case RequestFault.Misdirected: return ref Misdirected;
            case RequestFault.ExpectationFailed: return ref ExpectationFailed;
            case RequestFault.MethodNotAllowed: return ref MethodNotAllowed;
            case RequestFault.MethodUnknown: return ref MethodUnknown;
            case RequestFault.BadPath: return ref BadPath;
            case RequestFault.NotFound: return ref NotFound;
            case RequestFault.PreconditionFailed: return ref PreconditionFailed;
            case RequestFault.RangeNotSatisfiable: return ref RangeNotSatisfiable;
            case RequestFault.ContentChanging: return ref ContentChanging;
            default: throw new InvalidOperationException("only a refusal has a counter");
        }
    }
}
