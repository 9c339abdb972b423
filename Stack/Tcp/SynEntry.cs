using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>A passive connection in SYN-RECEIVED: what its control block will need.</summary>
public struct SynEntry
{
    public FlowKey Flow;
    public int Peer;
    public SequenceNumber Iss;
    public SequenceNumber Irs;
    public uint PeerWindow;
    public uint TsRecent;
    public uint TsOffset;
    public ushort Mss;
    public sbyte WindowScale;
    public byte Retransmissions;
    public TcpMarks Marks;
    public Instant SentAt;

    /// <summary>When a SYN that came again was answered last.</summary>
    public Instant AnsweredAt;
    internal int Next;
}
