using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>What became of a check.</summary>
public enum PasswordVerdict
{
    /// <summary>It was not made: others had less of the checkers' time.</summary>
    Refused,

    /// <summary>The password is wrong, or its user unknown.</summary>
    Wrong,

    /// <summary>The password is right.</summary>
    Right,
}

/// <summary>Is told, on the shard's thread, whether a password is right.</summary>
public interface IPasswordOwner
{
    /// <summary>The connection that ends when telling it fails.</summary>
    StreamId Stream => default;

    /// <summary>Its connection is gone, so that no check need be made. From any thread.</summary>
    bool IsGone => false;

    /// <summary>It was checked, or gave way.</summary>
    void OnVerified(PasswordVerdict verdict);
}

/// <summary>
/// Checks passwords on other threads, since a good hash takes a quarter of a second: in turn by the address
/// that asks.
/// </summary>
public interface IFtpPasswords
{
    /// <summary>
    /// Begins a check. Without a hash (an unknown user) it takes as long, and the answer is no. False when
    /// too many wait already.
    /// </summary>
    bool TryVerify(string? hash, string password, Ipv4Address peer, IPasswordOwner owner);

    /// <summary>
    /// Tells owners what was found, each by <see cref="IStreamNetwork.Isolate"/>. At the beginning of a pass,
    /// on the shard's thread.
    /// </summary>
    void Poll(IStreamNetwork network, Instant now);
}
