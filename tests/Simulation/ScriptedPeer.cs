using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>A segment that the stack sent.</summary>
/// <param name="At">When.</param>
/// <param name="Segment">What.</param>
/// <param name="Frame">The whole frame.</param>
public sealed record SentSegment(Instant At, RawSegment Segment, byte[] Frame);

/// <summary>
/// The other side of one shard's link: records the TCP segments that the shard sends, every one checked to
/// the last bit, and sends it what it is told to. Answers ARP and nothing else by itself.
/// </summary>
public sealed class ScriptedPeer : IPlainLink
{
    private readonly Queue<byte[]> _arrived = new();
    private readonly List<byte[]> _shown = [];
    private readonly byte[] _reserved = new byte[RawFrame.EthernetLength + ushort.MaxValue];
    private int _committed;
    private bool _hasMoved;

    /// <summary>The peer's Ethernet address.</summary>
    public ulong Mac { get; private set; } = 0x02_00_00_00_00_02;

    /// <summary>The shard's Ethernet address.</summary>
    public ulong ShardMac { get; init; } = 0x02_00_00_00_00_01;

    /// <summary>The peer's address: 198.18.0.1.</summary>
    public uint Address { get; init; } = 0xC612_0001;

    /// <summary>
    /// Another host's address on the same cable, which ARP finds here, too; 0: there is none.
    /// </summary>
    public uint OtherAddress { get; init; }

    /// <summary>The shard's address: 198.18.0.2.</summary>
    public uint ShardAddress { get; init; } = 0xC612_0002;

    /// <summary>Frames that the shard may send before it receives.</summary>
    public int SendMax { get; set; } = int.MaxValue;

    /// <summary>What the shard has sent and nobody has looked at.</summary>
    public Queue<SentSegment> Sent { get; } = new();

    /// <summary>Frames for the shard that are neither ARP nor TCP, as sent.</summary>
    public List<byte[]> OtherFrames { get; } = [];

    /// <inheritdoc/>
    public int Mtu { get; init; } = 1500;

    /// <summary>A segment for the shard.</summary>
    public void Send(RawSegment segment) => SendFrame(FrameOf(segment));

    /// <summary>The frame that bears a segment.</summary>
    public byte[] FrameOf(RawSegment segment) =>
        RawFrame.Ipv4(Mac, ShardMac, Address, ShardAddress, 6, segment.Write(Address, ShardAddress));

    /// <summary>A segment for the shard from the other host.</summary>
    public void SendFromOther(RawSegment segment) => SendFrame(RawFrame.Ipv4(
        Mac, ShardMac, OtherAddress, ShardAddress, 6, segment.Write(OtherAddress, ShardAddress)));

    /// <summary>
    /// Another station has the peer's address from now on: what is sent to the one before is lost.
    /// </summary>
    public void MoveTo(ulong mac)
    {
        Mac = mac;
        _hasMoved = true;
    }

    /// <summary>Tells everybody where the peer is (RFC 5227 §2.3).</summary>
    public void Announce() => SendFrame(RawFrame.ArpAnnouncement(Mac, Address));

    /// <summary>Any frame for the shard.</summary>
    public void SendFrame(byte[] frame) => _arrived.Enqueue(frame);

    /// <inheritdoc/>
    public Span<byte> Reserve(Instant now) => _committed < SendMax ? _reserved : default;

    /// <inheritdoc/>
    public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now)
    {
        _committed++;
        ReadOnlySpan<byte> frame = _reserved.AsSpan(0, length);
        if (RawFrame.IsArpRequest(frame, Address)
            || (OtherAddress != 0 && RawFrame.IsArpRequest(frame, OtherAddress)))
        {
            SendFrame(RawFrame.ArpReply(frame, Mac));
        }
        else if (RawFrame.IsIpv4(frame))
        {
            Record(frame, now);
        }
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        _committed = 0;
        _shown.Clear();
        while (_shown.Count < frames.Length && _arrived.TryDequeue(out byte[]? frame))
        {
            frames[_shown.Count] = new Frame(_shown.Count, frame.Length, ReceiveChecksum.Unverified);
            _shown.Add(frame);
        }
        return _shown.Count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _shown[(int)frame.Buffer];

    /// <inheritdoc/>
    public void Flush(Instant now)
    {
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
    }

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Record(ReadOnlySpan<byte> frame, Instant now)
    {
        if (_hasMoved && RawFrame.ReadMac(frame) != Mac)
        {
            return;
        }
        ReadOnlySpan<byte> payload =
            RawFrame.ReadIpv4(frame, out uint source, out uint destination, out byte protocol);
        if (frame.Length - RawFrame.EthernetLength > Mtu || source != ShardAddress || RawFrame.ReadMac(
            frame) != Mac)
        {
            throw new SimulationException("a frame is too long, or has a wrong address");
        }
        if (protocol != 6)
        {
            OtherFrames.Add(frame.ToArray());
            return;
        }
        Sent.Enqueue(new SentSegment(now, RawSegment.Read(source, destination, payload), frame.ToArray()));
    }
}
