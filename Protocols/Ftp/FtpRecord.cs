using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>One line of the log.</summary>
/// <param name="Action">What was done.</param>
/// <param name="UnixSeconds">When it ended, in seconds since 1970, UTC.</param>
/// <param name="Peer">Who asked.</param>
/// <param name="User">The name that was logged in, or was given with USER.</param>
/// <param name="IsAnonymous">Whether that name needs no password.</param>
/// <param name="Identity">What an anonymous user gave as password, usually an address; else empty.</param>
/// <param name="Path">Canonical path in the content; of a rename the new one. Empty for logins.</param>
/// <param name="Bytes">Bytes of data that passed.</param>
/// <param name="Duration">From the transfer's begin to its end.</param>
/// <param name="IsAscii">Whether it was translated (TYPE A).</param>
/// <param name="IsComplete">Whether it succeeded.</param>
/// <param name="Reply">The reply code that told the client.</param>
public readonly record struct FtpRecord(
    FtpAction Action,
    long UnixSeconds,
    IpAddress Peer,
    string User,
    bool IsAnonymous,
    string Identity,
    string Path,
    long Bytes,
    TimeSpan Duration,
    bool IsAscii,
    bool IsComplete,
    int Reply);
