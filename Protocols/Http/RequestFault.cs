namespace Straightwire.Protocols.Http;

/// <summary>
/// Why a request is refused; each has a counter in <see cref="HttpCounters"/> and a status in
/// <see cref="RequestFaults"/>.
/// </summary>
internal enum RequestFault : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Nothing is wrong yet: more bytes are needed.</summary>
    Incomplete,

    // From here on where the message ends is uncertain, or the client cannot be trusted about it: the
    // connection closes.
    BareLineFeed,
    BareCarriageReturn,
    ControlByte,
    BadRequestLine,
    MethodTooLong,
    BadTarget,
    BadFieldLine,
    ObsoleteFold,
    VersionNotSupported,
    TargetTooLong,
    HeadTooLarge,
    TooManyFields,
    BadContentLength,
    RepeatedContentLength,
    LengthAndTransferEncoding,
    BadTransferEncoding,
    UnknownTransferCoding,
    BadChunk,
    ContentTooLarge,
    HeadTimeout,
    Connect,

    // From here on the message is framed well: the connection goes on.
    MissingHost,
    RepeatedHost,
    BadHost,
    Misdirected,
    ExpectationFailed,
    MethodNotAllowed,
    MethodUnknown,
    BadPath,
    NotFound,
    PreconditionFailed,
    RangeNotSatisfiable,
    ContentChanging,
}

/// <summary>What a refusal means for the answer.</summary>
internal static class RequestFaults
{
    /// <summary>The status code (RFC 9110 §15, RFC 6585 §5).</summary>
    public static int Status(this RequestFault fault) => fault switch
    {
        RequestFault.NotFound => 404,
        RequestFault.MethodNotAllowed or RequestFault.Connect => 405,
        RequestFault.HeadTimeout => 408,
        RequestFault.PreconditionFailed => 412,
        RequestFault.ContentTooLarge => 413,
        RequestFault.TargetTooLong => 414,
        RequestFault.RangeNotSatisfiable => 416,
        RequestFault.ExpectationFailed => 417,
        RequestFault.Misdirected => 421,
        RequestFault.HeadTooLarge or RequestFault.TooManyFields => 431,
        RequestFault.MethodUnknown or RequestFault.MethodTooLong => 501,
        RequestFault.UnknownTransferCoding => 501,
        RequestFault.ContentChanging => 503,
        RequestFault.VersionNotSupported => 505,
        _ => 400,
    };
}
