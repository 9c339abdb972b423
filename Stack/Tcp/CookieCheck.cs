namespace Straightwire.Stack.Tcp;

/// <summary>What an acknowledgement says of the SYN cookie that it may answer.</summary>
public enum CookieCheck
{
    /// <summary>None was given for it.</summary>
    None,

    /// <summary>
    /// One may have been given for it, but the segment is not the first one after the handshake.
    /// </summary>
    Plausible,

    /// <summary>One was given for it.</summary>
    Good,
}
