namespace Straightwire.Protocols.Http.Request;

/// <summary>The methods of RFC 9110 §9 and RFC 5789, as far as they are told apart.</summary>
internal enum RequestMethod : byte
{
    /// <summary>Not read yet, or none that is registered here.</summary>
    Unknown,
    Get,
    Head,
    Options,
    Connect,

    /// <summary>POST, PUT, DELETE, TRACE, PATCH: known, and nothing that this server does.</summary>
    NotAllowed,
}
