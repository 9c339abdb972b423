using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Passwords;

/// <summary>
/// Checks passwords on other threads, since a good hash takes a quarter of a second: in turn by the address
/// that asks.
/// </summary>
public interface IPasswords
{
    /// <summary>
    /// Begins a check. Without a hash (an unknown user) it takes as long, and the answer is no. False when
    /// too many wait already.
    /// </summary>
    bool TryVerify(string? hash, string password, IpAddress peer, IPasswordOwner owner);

    /// <summary>
    /// Tells owners what was found, each by <see cref="IStreamNetwork.Isolate"/>. At the beginning of a pass,
    /// on the shard's thread.
    /// </summary>
    void Poll(IStreamNetwork network, Instant now);
}
