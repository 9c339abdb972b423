using Straightwire.Simulation;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>A stranger's connection to port 80, held by hand: it answers what it is told to.</summary>
internal sealed class RawPeer
{
    private static readonly byte[] SynOptions = RawOption.WriteAll(
        [new RawOption.Mss(1460), new RawOption.SackPermitted(), new RawOption.WindowScale(7)]);

    private readonly RawLink _link;

    private RawPeer(RawLink link, uint address, ushort port)
    {
        _link = link;
        Address = address;
        Port = port;
        Next = (uint)Random.Shared.NextInt64(1L << 32);
    }

    /// <summary>Its address.</summary>
    public uint Address { get; }

    /// <summary>Its port.</summary>
    public ushort Port { get; }

    /// <summary>The sequence number it sends next.</summary>
    public uint Next { get; set; }

    /// <summary>The sequence number it expects.</summary>
    public uint Expected { get; private set; }

    /// <summary>The window it tells, not scaled.</summary>
    public ushort Window { get; set; } = 65_535;

    /// <summary>Opens a connection; null when the server does not answer within a second, twice.</summary>
    public static RawPeer? Open(RawLink link, uint address, ushort port, ushort window = 65_535)
    {
        var peer = new RawPeer(link, address, port) { Window = window };
        for (int attempt = 0; attempt < 2; attempt++)
        {
            link.Send(link.Tcp(address, peer.Segment(RawFlags.Syn) with { Options = SynOptions }));
            while (link.TryReceive(1000, out RawReply reply))
            {
                if (reply.To == address && reply.Port == port && reply.Has(RawFlags.Syn | RawFlags.Ack))
                {
                    peer.Next++;
                    peer.Expected = reply.Seq + 1;
                    peer.Send(RawFlags.Ack);
                    return peer;
                }
            }
        }
        return null;
    }

    /// <summary>A segment of it, absolute numbers.</summary>
    public RawSegment Segment(RawFlags flags, byte[]? payload = null) => new()
    {
        SourcePort = Port,
        DestinationPort = 80,
        Seq = Next,
        Ack = Expected,
        Flags = flags,
        Window = Window,
        Payload = payload ?? [],
    };

    /// <summary>Sends a segment; data moves what it sends next.</summary>
    public void Send(RawFlags flags, byte[]? payload = null)
    {
        _link.Send(_link.Tcp(Address, Segment(flags, payload)));
        Next += (uint)(payload?.Length ?? 0);
    }

    /// <summary>Sends any segment of its address.</summary>
    public void Send(RawSegment segment) => _link.Send(_link.Tcp(Address, segment));

    /// <summary>Segments that come to it within some milliseconds.</summary>
    public List<RawReply> Receive(int milliseconds)
    {
        List<RawReply> replies = [];
        long end = Environment.TickCount64 + milliseconds;
        while (Environment.TickCount64 < end
            && _link.TryReceive((int)(end - Environment.TickCount64), out RawReply reply))
        {
            if (reply.To == Address && reply.Port == Port)
            {
                replies.Add(reply);
            }
        }
        return replies;
    }

    /// <summary>Ends it with a reset.</summary>
    public void Reset() => Send(RawFlags.Rst | RawFlags.Ack);
}
