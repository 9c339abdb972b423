using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>What an acknowledgement tells of what was sent.</summary>
public struct AckNews
{
    /// <summary>Octets that SND.UNA has moved by.</summary>
    public int Octets;

    /// <summary>Octets that it SACKs, and none before it did.</summary>
    public int Sacked;

    /// <summary>The lowest of those.</summary>
    public SequenceNumber FirstSacked;

    /// <summary>The octet after the highest that was acknowledged or SACKed before.</summary>
    public SequenceNumber HighestBefore;

    /// <summary>What came to the peer twice (RFC 2883); default: nothing.</summary>
    public SackBlock Duplicate;

    /// <summary>
    /// A duplicate acknowledgement (RFC 5681 §2) of a peer that does not SACK, or of which no more is kept.
    /// </summary>
    public bool IsDuplicate;

    /// <summary>It has ECE, of a peer that agreed on it (RFC 3168).</summary>
    public bool IsCongested;

    /// <summary>The timestamp that it echoes; 0: none.</summary>
    public uint Echo;

    /// <summary>How long ago that was which it acknowledges, nanoseconds; 0: unknown.</summary>
    public long RoundTrip;
}
