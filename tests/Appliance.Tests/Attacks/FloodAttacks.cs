using System.Buffers.Binary;
using Straightwire.Simulation;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>Many packets at once, of strangers.</summary>
internal static class FloodAttacks
{
    // Without timestamps, since what completes a handshake here has none.
    private static readonly byte[] PlainOptions = RawOption.WriteAll(
        [new RawOption.Mss(1460), new RawOption.SackPermitted(), new RawOption.WindowScale(7)]);

    private static readonly byte[] SynOptions = RawOption.WriteAll(
    [
        new RawOption.Mss(1460), new RawOption.SackPermitted(), new RawOption.Timestamps(1, 0),
        new RawOption.Nop(), new RawOption.WindowScale(7),
    ]);

    /// <summary>
    /// 100,000 SYNs of forged addresses: no more than 1.2 times their bytes come back (RFC 4987 §3).
    /// </summary>
    public static void Syns(AttackGround ground)
    {
        byte[][] frames = Frames(ground, RawFlags.Syn, SynOptions);
        long sent = 0;
        long received = 0;
        ground.Link.Flush();
        for (int i = 0; i < 100_000; i++)
        {
            byte[] frame = frames[i % frames.Length];
            ground.Link.Send(frame);
            ChangePort(frame);
            sent += frame.Length;
            if (i % 64 == 63)
            {
                received += SynAckBytes(ground.Link, 0);
            }
        }
        received += SynAckBytes(ground.Link, 3000);
        double ratio = (double)received / sent;
        ground.Expect(received > 0 && ratio <= 1.2, $"{ratio:0.00} times the bytes of SYN came back");
    }

    /// <summary>Segments that belong to no connection, of every kind.</summary>
    public static void Strangers(AttackGround ground)
    {
        RawFlags[] kinds =
        [
            RawFlags.Ack, RawFlags.Rst, RawFlags.Fin | RawFlags.Ack, RawFlags.Syn | RawFlags.Ack,
            RawFlags.None, RawFlags.Fin | RawFlags.Psh | RawFlags.Urg, RawFlags.Syn | RawFlags.Fin,
            (RawFlags)255,
        ];
        foreach (RawFlags kind in kinds)
        {
            Send(ground, Frames(ground, kind, []), 20_000);
        }
    }

    /// <summary>Two addresses open 72,000 connections as fast as they are answered, and leave them.</summary>
    public static void Connections(AttackGround ground)
    {
        RawLink link = ground.Link;
        link.Flush();
        for (int i = 0; i < 72_000; i++)
        {
            RawSegment syn = Segment(RawFlags.Syn, (ushort)(2000 + (i >> 1)), PlainOptions);
            link.Send(link.Tcp(RawLink.Strangers + 0xC900u + (uint)(i & 1), syn with { Seq = 1000 }));
            if (i % 64 == 63)
            {
                AcknowledgeAll(link);
            }
        }
        for (int i = 0; i < 10; i++)
        {
            AcknowledgeAll(link);
            Thread.Sleep(50);
        }
    }

    /// <summary>
    /// No attack: 40,000 connections of many addresses, all open at once and then reset, so that the server's
    /// tables were touched before memory is compared.
    /// </summary>
    public static void Warm(AttackGround ground)
    {
        RawLink link = ground.Link;
        List<byte[]> resets = [];
        for (int i = 0; i < 40_000; i++)
        {
            RawSegment syn = Segment(RawFlags.Syn, (ushort)(2000 + (i / 40)), PlainOptions);
            link.Send(link.Tcp(RawLink.Strangers + 0xF000u + (uint)(i % 40), syn));
            if (i % 64 == 63)
            {
                AcknowledgeAll(link, resets);
            }
        }
        Thread.Sleep(200);
        AcknowledgeAll(link, resets);
        resets.ForEach(r => link.Send(r));
    }

    /// <summary>100,000 first fragments of datagrams that never become whole.</summary>
    public static void Fragments(AttackGround ground)
    {
        RawLink link = ground.Link;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] frame = RawFrame.Ipv4(
                link.Mac, link.ServerMac, ground.AnyStranger(), link.Server, 17, new byte[512]);
            frame[18] = (byte)(i >> 8);
            frame[19] = (byte)i;
            frame[20] = 0x20;
            Sum(frame);
            link.Send(frame);
        }
    }

    /// <summary>ARP requests and replies with forged senders, for every address of the network.</summary>
    public static void Arp(AttackGround ground)
    {
        RawLink link = ground.Link;
        byte[] frame = new byte[60];
        for (int i = 0; i < 50_000; i++)
        {
            WriteArp(frame, link, request: i % 2 == 0, last: (byte)(130 + (i % 120)), ground.Random.Next());
            link.Send(frame);
        }
    }

    /// <summary>A frame for each flag of a kind, each of another stranger.</summary>
    private static byte[][] Frames(AttackGround ground, RawFlags flags, byte[] options)
    {
        byte[][] frames = new byte[4096][];
        for (int i = 0; i < frames.Length; i++)
        {
            var port = (ushort)ground.Random.Next(1024, 65_000);
            RawSegment segment = Segment(flags, port, options) with
            {
                Seq = (uint)ground.Random.Next(),
                Ack = (flags & RawFlags.Ack) != 0 ? (uint)ground.Random.Next() : 0,
            };
            frames[i] = ground.Link.Tcp(ground.AnyStranger(), segment);
        }
        return frames;
    }

    private static void Send(AttackGround ground, byte[][] frames, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ground.Link.Send(frames[i % frames.Length]);
        }
    }

    // The next source port, and the checksum mended for it (RFC 1624).
    private static void ChangePort(byte[] frame)
    {
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34));
        ushort sum = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(50));
        var next = (ushort)(port == 65_535 ? 1024 : port + 1);
        int mended = (ushort)~sum + (ushort)~port + next;
        mended = (mended & 0xFFFF) + (mended >> 16);
        mended = (mended & 0xFFFF) + (mended >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), next);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(50), (ushort)~mended);
    }

    // What comes for strangers within some milliseconds; honest clients hear of the server all the time.
    private static long SynAckBytes(RawLink link, int milliseconds)
    {
        long bytes = 0;
        long end = Environment.TickCount64 + milliseconds;
        while (link.TryReceive((int)Math.Max(0, end - Environment.TickCount64), out RawReply reply))
        {
            bool isAnswer = reply.To >= RawLink.Strangers && reply.Has(RawFlags.Syn | RawFlags.Ack);
            bytes += isAnswer ? reply.FrameLength : 0;
        }
        return bytes;
    }

    private static RawSegment Segment(RawFlags flags, ushort port, byte[] options) => new()
    {
        SourcePort = port,
        DestinationPort = 80,
        Flags = flags,
        Options = options,
    };

    private static void AcknowledgeAll(RawLink link, List<byte[]>? resets = null)
    {
        while (link.TryReceive(0, out RawReply reply))
        {
            if (reply.Has(RawFlags.Syn | RawFlags.Ack))
            {
                RawSegment last = Segment(RawFlags.Ack, reply.Port, []) with
                {
                    Seq = reply.Ack,
                    Ack = reply.Seq + 1,
                };
                link.Send(link.Tcp(reply.To, last));
                resets?.Add(link.Tcp(reply.To, last with { Flags = RawFlags.Rst | RawFlags.Ack }));
            }
        }
    }

    private static void Sum(byte[] frame)
    {
        frame[24] = frame[25] = 0;
        uint sum = 0;
        for (int at = 14; at < 34; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(at));
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), (ushort)~sum);
    }

    private static void WriteArp(byte[] frame, RawLink link, bool request, byte last, int mac)
    {
        Span<byte> bytes = frame;
        bytes[..6].Fill(0xFF);
        bytes[6] = 2;
        bytes[7] = 9;
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], mac);
        ReadOnlySpan<byte> fixedPart = [8, 6, 0, 1, 8, 0, 6, 4, 0, (byte)(request ? 1 : 2)];
        fixedPart.CopyTo(bytes[12..]);
        bytes.Slice(6, 6).CopyTo(bytes[22..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[28..], (link.Server & 0xFFFF_FF00) + last);
        bytes[32..38].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(bytes[38..], link.Server);
    }
}
