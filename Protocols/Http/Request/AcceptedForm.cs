namespace Straightwire.Protocols.Http.Request;

/// <summary>The form that Accept asks for, of those that what is made here can have.</summary>
internal enum AcceptedForm : byte
{
    /// <summary>HTML, or nothing in particular.</summary>
    Html,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>Plain text.</summary>
    Text,
}
