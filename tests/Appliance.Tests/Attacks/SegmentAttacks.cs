using System.Text;
using Straightwire.Simulation;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>Segments that an established connection should not see.</summary>
internal static class SegmentAttacks
{
    /// <summary>
    /// 2,000 resets in the window, not at its edge: at most two challenge ACKs a second, and the connection
    /// lives (RFC 5961 §3.2, §7).
    /// </summary>
    public static void Resets(AttackGround ground)
    {
        RawPeer peer = Open(ground, 0xE001);
        for (int i = 0; i < 2000; i++)
        {
            peer.Send(peer.Segment(RawFlags.Rst) with { Seq = peer.Next + 1 + (uint)(i % 1000) });
        }
        int challenges = peer.Receive(900).Count;
        ground.Expect(challenges <= 2, $"{challenges} ACKs for 2,000 resets");
        ground.Expect(Answers(peer), $"the connection does not answer after resets in its window");
        peer.Reset();
    }

    /// <summary>Data with an ACK of the future, or of long ago: not delivered (RFC 5961 §5.2).</summary>
    public static void BlindData(AttackGround ground)
    {
        RawPeer peer = Open(ground, 0xE002);
        byte[] request = Encoding.ASCII.GetBytes("GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        foreach (uint wrong in new[] { 100_000u, unchecked((uint)-0x4000_0000) })
        {
            RawSegment data = peer.Segment(RawFlags.Ack | RawFlags.Psh, request);
            peer.Send(data with { Ack = peer.Expected + wrong });
            bool delivered = peer.Receive(300).Any(r => r.Length > 0);
            ground.Expect(!delivered, $"data with an ACK {(int)wrong} away was delivered");
        }
        ground.Expect(Answers(peer), $"the connection does not answer after blind data");
        peer.Reset();
    }

    /// <summary>25,000 ACKs with four SACK blocks each, at random (CVE-2019-11477).</summary>
    public static void SackBlocks(AttackGround ground)
    {
        RawPeer peer = Open(ground, 0xE003);
        peer.Send(RawFlags.Ack | RawFlags.Psh, Request("/large.bin"));
        int flight = peer.Receive(100).Sum(r => r.Length);
        ground.Expect(flight > 1000, $"only {flight} bytes came");
        uint Anywhere() => (uint)ground.Random.NextInt64(1L << 32);
        uint Near() => (uint)((int)peer.Expected + ground.Random.Next(-1000, flight + 100_000));
        for (int i = 0; i < 25_000; i++)
        {
            Func<uint> any = i < 1000 ? Anywhere : Near;
            (uint, uint)[] blocks = [.. Enumerable.Range(0, 4).Select(_ => (any(), any()))];
            byte[] options = RawOption.WriteAll(
                [new RawOption.Nop(), new RawOption.Nop(), new RawOption.Sack(blocks)]);
            peer.Send(peer.Segment(RawFlags.Ack) with { Options = options });
        }
        peer.Reset();
    }

    /// <summary>Segments of one byte, out of order, on a hundred connections (SegmentSmack).</summary>
    public static void TinySegments(AttackGround ground)
    {
        List<RawPeer> peers = [.. Enumerable.Range(0, 100).Select(i => Open(ground, 0xE101 + (uint)i))];
        byte[] head = Encoding.ASCII.GetBytes(
            "POST /small.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        peers.ForEach(p => p.Send(RawFlags.Ack | RawFlags.Psh, head));
        for (int i = 0; i < 500; i++)
        {
            foreach (RawPeer peer in peers)
            {
                RawSegment tiny = peer.Segment(RawFlags.Ack, "x"u8.ToArray());
                peer.Send(tiny with { Seq = peer.Next + 3 + (2 * (uint)(i * 7919 % 30_000)) });
            }
        }
        peers.ForEach(p => p.Reset());
    }

    /// <summary>Frames of every kind of damage: cut anywhere, bytes changed, lengths that lie.</summary>
    public static void Malformed(AttackGround ground)
    {
        RawPeer peer = Open(ground, 0xE004);
        byte[] syn = ground.Link.Tcp(RawLink.Strangers + 0xE005, peer.Segment(RawFlags.Syn));
        byte[] data = ground.Link.Tcp(peer.Address, peer.Segment(RawFlags.Ack, Request("/small.txt")));
        byte[] error = RawFrame.FragmentationNeeded(data, 68);
        foreach (byte[] whole in new[] { syn, data, error })
        {
            for (int length = 14; length <= whole.Length; length++)
            {
                ground.Link.Send(whole.AsSpan(0, length));
            }
            for (int i = 0; i < 10_000; i++)
            {
                byte[] changed = [.. whole];
                for (int change = ground.Random.Next(1, 4); change > 0; change--)
                {
                    changed[ground.Random.Next(12, changed.Length)] = (byte)ground.Random.Next(256);
                }
                ground.Link.Send(changed);
            }
        }
        for (int i = 0; i < 10_000; i++)
        {
            byte[] noise = new byte[ground.Random.Next(60, 600)];
            ground.Random.NextBytes(noise);
            syn.AsSpan(0, 14).CopyTo(noise);
            ground.Link.Send(noise);
        }
        peer.Reset();
    }

    private static RawPeer Open(AttackGround ground, uint host) =>
        RawPeer.Open(ground.Link, RawLink.Strangers + host, (ushort)ground.Random.Next(1024, 65_000))
        ?? throw new InvalidDataException($"no connection for stranger {host:x}");

    private static bool Answers(RawPeer peer)
    {
        peer.Send(RawFlags.Ack | RawFlags.Psh, Request("/small.txt"));
        return peer.Receive(500).Any(r => r.Length > 0);
    }

    private static byte[] Request(string path) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
}
