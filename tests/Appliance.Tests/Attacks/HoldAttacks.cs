using System.Net.Sockets;
using System.Text;
using Straightwire.Simulation;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>Connections that are opened and hold what the server gives them.</summary>
internal static class HoldAttacks
{
    private const int HoldMilliseconds = 4000;

    /// <summary>140 connections of one address with an endless head of 15 KB, then ten more.</summary>
    public static void UnfinishedHeads(AttackGround ground)
    {
        string head = "GET /small.txt HTTP/1.1\r\nHost: x\r\nX-A: " + new string('a', 15_000);
        List<Socket> held = ground.Hold(140, head);
        Thread.Sleep(500);
        held.AddRange(ground.Hold(10, head));
        for (int i = 0; i < 4; i++)
        {
            AttackGround.Send(held, "b"u8.ToArray());
        }
        // What the server could not keep is sent again.
        Thread.Sleep(HoldMilliseconds);
        AttackGround.Release(held);
    }

    /// <summary>70 connections ask for 300 redirects with 2,000 bytes each and read nothing.</summary>
    public static void UnreadRedirects(AttackGround ground)
    {
        string request = $"GET /dir?{new string('q', 2000)} HTTP/1.1\r\nHost: a\r\n\r\n";
        List<Socket> held = ground.Hold(70, request, copies: 300);
        Thread.Sleep(HoldMilliseconds);
        AttackGround.Release(held);
    }

    /// <summary>600 connections ask for answers of every kind, many times, and read nothing.</summary>
    public static void UnreadAnswers(AttackGround ground)
    {
        string[] requests =
        [
            "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /large.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=5-99999\r\n\r\n",
            "GET /small.txt HTTP/1.1\r\nHost: a\r\nIf-Match: \"none\"\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET /dir?{new string('q', 500)} HTTP/1.1\r\nHost: a\r\n\r\n",
            "HEAD /large.bin HTTP/1.1\r\nHost: a\r\n\r\n",
        ];
        List<Socket> held = [.. requests.SelectMany(r => ground.Hold(100, r, copies: 200))];
        Thread.Sleep(HoldMilliseconds);
        AttackGround.Release(held);
    }

    /// <summary>1,500 heads that never end, a byte now and then.</summary>
    public static void SlowHeads(AttackGround ground)
    {
        List<Socket> held = ground.Hold(1500, "GET /small.txt HTTP/1.1\r\n");
        for (int i = 0; i < 4; i++)
        {
            AttackGround.Send(held, "X"u8.ToArray());
        }
        AttackGround.Release(held);
    }

    /// <summary>
    /// 1,000 connections that ask for a large file and keep the window shut (Sockstress). Each is reset after
    /// the time without progress.
    /// </summary>
    public static void ZeroWindows(AttackGround ground)
    {
        const int Count = 1000;
        Dictionary<(uint, ushort), RawPeer> peers = [];
        byte[] request = Encoding.ASCII.GetBytes("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        for (int i = 0; i < Count; i++)
        {
            uint address = RawLink.Strangers + 0xD000u + (uint)(i / 250 << 8) + (uint)(i % 250) + 1;
            if (RawPeer.Open(ground.Link, address, (ushort)(5000 + i)) is { } peer)
            {
                peer.Window = 0;
                peer.Send(RawFlags.Ack | RawFlags.Psh, request);
                peers[(address, peer.Port)] = peer;
            }
        }
        ground.Expect(peers.Count == Count, $"{peers.Count} of {Count} connections were taken");
        int open = peers.Count;
        for (long end = Environment.TickCount64 + 75_000; peers.Count > 0 && Environment.TickCount64 < end;)
        {
            if (!ground.Link.TryReceive(1000, out RawReply reply)
                || !peers.TryGetValue((reply.To, reply.Port), out RawPeer? peer))
            {
                continue;
            }
            if (reply.Has(RawFlags.Rst))
            {
                peers.Remove((reply.To, reply.Port));
            }
            else
            {
                peer.Send(RawFlags.Ack);
            }
        }
        ground.Expect(peers.Count == 0, $"{open - peers.Count} of {open} connections were reset in 75 s");
    }
}
