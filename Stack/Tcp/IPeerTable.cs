using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// The peers of a server, as all of its shards know them: a place for each that holds something, and exact
/// counts. A peer is an address, or a network of them. Called by the threads of all shards.
/// </summary>
public interface IPeerTable
{
    /// <summary>
    /// The place of all who have no limits: whoever is exempt, and who finds no place. It needs no release.
    /// </summary>
    const int Unlimited = 0;

    /// <summary>Places; <see cref="Unlimited"/> is one of them.</summary>
    int Capacity { get; }

    /// <summary>
    /// The place of an address's peer, which is the peer's until it was released as often as held. One that
    /// nobody holds gives way, the one that was held least recently.
    /// </summary>
    int Hold(IpAddress address);

    /// <summary>Ends one hold of a place.</summary>
    void Release(int place);

    /// <summary>Counts one more, of a place that is held; false when there are as many as may be.</summary>
    bool TryAdd(int place, PeerCount what, int most);

    /// <summary>How many there are, of a place that is held.</summary>
    int Count(int place, PeerCount what);

    /// <summary>Counts one fewer, of a place that is held.</summary>
    void Remove(int place, PeerCount what);
}
