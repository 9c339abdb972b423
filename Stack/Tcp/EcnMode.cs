namespace Straightwire.Stack.Tcp;

/// <summary>Whether connections use explicit congestion notification (RFC 3168).</summary>
public enum EcnMode
{
    /// <summary>None does.</summary>
    Off,

    /// <summary>Those do whose peers ask for it.</summary>
    Accept,

    /// <summary>Those too that we open, where their peers agree.</summary>
    Request,
}
