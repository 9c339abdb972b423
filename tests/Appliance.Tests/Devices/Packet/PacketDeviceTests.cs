using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Straightwire.Devices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

using static Straightwire.Appliance.Tests.Devices.LinkPeer;

namespace Straightwire.Appliance.Tests.Devices.Packet;

[TestFixture]
public sealed class PacketDeviceTests
{
    [Test]
    public void An_interface_taken_down_loses_frames_and_comes_up_again() => NetworkNamespace.Run(() =>
    {
        using var peer = new PacketPeer();
        byte[] data = Pattern(1, 64);
        ContentSlice slice = peer.Packed(data);
        NetworkNamespace.Ip("link", "set", "sw1", "down");
        peer.Packet.Wait(MonotonicClock.Now.PlusMilliseconds(1), forRoom: false);
        peer.Queue(Icmp, Echo(data), segmentSize: 0, slice);
        peer.Flush();
        Assert.That(peer.Packet.SegmentsLost, Is.EqualTo(1));

        NetworkNamespace.Ip("link", "set", "sw1", "up");
        peer.Queue(Icmp, Echo(data), segmentSize: 0, slice);
        peer.Flush();
        Assert.That(peer.Next(Icmp)[TransportStart], Is.EqualTo(EchoReply));
    });

    [Test]
    public void A_deleted_interface_ends_the_link_with_a_readable_error() => NetworkNamespace.Run(() =>
    {
        using var peer = new PacketPeer();
        peer.Queue(Icmp, Echo([]), segmentSize: 0);
        NetworkNamespace.Ip("link", "delete", "sw0");
        Assert.Multiple(() =>
        {
            Assert.That(
                () => peer.Packet.Wait(Instant.Never, forRoom: false),
                Throws.TypeOf<LinkException>().With.Message.Contains("sw1 is gone: it was deleted"));
            Assert.That(
                () => peer.Packet.Transmit(peer.Batch, default),
                Throws.TypeOf<LinkException>().With.Message.Contains("sw1 is gone: it was deleted"));
        });
    });

    [Test]
    public void A_frame_as_long_as_the_kernel_merges_arrives_whole() => NetworkNamespace.Run(() =>
    {
        using var peer = new PacketPeer();
        byte[] data = Pattern(9, 60_000);
        var client = new Thread(() => Send(data));
        client.Start();
        byte[] syn = peer.Next(Tcp);
        peer.Queue(Tcp, Segment(syn, 1000, 0x10 | Syn), segmentSize: 0);
        peer.Flush();

        byte[] received = [];
        int longest = 0;
        uint acknowledged = 0;
        while (received.Length < data.Length)
        {
            byte[] frame = peer.Next(Tcp);
            int header = TransportStart + ((frame[TransportStart + 12] >> 4) * 4);
            longest = Math.Max(longest, frame.Length);
            received = [.. received, .. frame[header..]];
            acknowledged += (uint)(frame.Length - header);
            peer.Queue(Tcp, Segment(syn, 1001, 0x10, acknowledged), segmentSize: 0);
            peer.Flush();
        }

        Assert.Multiple(() =>
        {
            Assert.That(client.Join(5000), Is.True);
            Assert.That(received.AsSpan().SequenceEqual(data), Is.True);
            Assert.That(longest, Is.GreaterThan(10_000), "segments are not cut on the way");
        });
    });

    // The interface's counter tells of frames that the kernel would not cut for a sender.
    [Test]
    public void What_the_interface_does_not_cut_or_sum_is_cut_and_summed_here(
        [Values("tso", "tx", "sg")] string off, [Values] bool changes) => NetworkNamespace.Run(() =>
    {
        using var peer = new PacketPeer(off: off);
        InterfaceOffloads[] states = [InterfaceFacts.Read("sw1").Offloads, default];
        byte[] body = Pattern(4, 600_000);
        byte[] read = [];
        var client = new Thread(() => read = ReadAll());
        client.Start();
        byte[] syn = peer.Next(Tcp);
        peer.Queue(Tcp, Segment(syn, 1000, 0x10 | Syn), segmentSize: 0);
        peer.Flush();
        _ = peer.Next(Tcp);

        // What is said of the interface may be a moment old, either way.
        for (int sent = 0, i = 0; sent < body.Length; sent += 60_000, i++)
        {
            peer.Packet.Follow(states[changes ? i % 2 : 0]);
            ContentSlice slice = peer.Packed(body.AsSpan(sent, 60_000));
            peer.Queue(Tcp, Segment(syn, 1001 + (uint)sent, PushAck), 1460, slice);
            peer.Flush();
            while (BinaryPrimitives.ReadUInt32BigEndian(peer.Next(Tcp).AsSpan(TransportStart + 8))
                != 1001 + (uint)sent + 60_000)
            {
                // Of many segments some are acknowledged at a time.
            }
        }
        peer.Queue(Tcp, Segment(syn, 1001 + (uint)body.Length, FinAck), segmentSize: 0);
        peer.Flush();

        Assert.Multiple(() =>
        {
            Assert.That(client.Join(5000), Is.True);
            Assert.That(read.AsSpan().SequenceEqual(body), Is.True);
            Assert.That(peer.Packet.SegmentsLost, Is.Zero);
            string counts = File.ReadLines("/proc/thread-self/net/dev").Single(line => line.Contains("sw1:"));
            const int TransmitDropped = 12;
            string[] words = counts.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(words[TransmitDropped], Is.EqualTo("0"), counts);
        });
    });

    [Test]
    public void A_full_ring_loses_frames_counts_them_and_goes_on() => NetworkNamespace.Run(() =>
    {
        int slots = PacketSlots.For(mtu: 1500).Count;
        int sent = slots + 20;
        using var peer = new PacketPeer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Queue(Icmp, Echo([]), segmentSize: 0);
        peer.Flush();
        _ = peer.Next(Icmp);
        var frames = new Frame[64];
        Assert.That(peer.Packet.Receive(frames, default), Is.Zero, "all slots are given back");
        var to = new IPEndPoint(IPAddress.Parse(Own.ToString()), 7);
        for (int i = 0; i < sent; i++)
        {
            socket.SendTo([1, 2, 3], to);
        }

        int received = 0;
        for (int count; (count = peer.Packet.Receive(frames, default)) > 0;)
        {
            received += count;
        }
        socket.SendTo([4], to);
        received += peer.Packet.Receive(frames, default);

        Assert.Multiple(() =>
        {
            Assert.That(received, Is.EqualTo(slots + 1));
            Assert.That(peer.Packet.FramesLost, Is.EqualTo(20));
        });
    });

    [Test]
    public void Frames_longer_than_slots_keep_their_order_and_those_without_room_are_counted() =>
        NetworkNamespace.Run(() =>
        {
            const int Sent = 2000;
            using var peer = new PacketPeer(mtu: 1500);
            NetworkNamespace.Ip("link", "set", "sw1", "mtu", "65000");
            NetworkNamespace.Ip("link", "set", "sw0", "mtu", "65000");
            NetworkNamespace.Ip("neighbor", "add", Own.ToString(), "lladdr", Mac.ToString(), "dev", "sw0");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var to = new IPEndPoint(IPAddress.Parse(Own.ToString()), 7);
            for (int i = 0; i < Sent; i++)
            {
                byte[] data = Pattern(i, i % 3 == 0 ? 60_000 : 100);
                BitConverter.TryWriteBytes(data, i);
                socket.SendTo(data, to);
            }

            List<int> arrived = [];
            var frames = new Frame[64];
            for (int count; (count = peer.Packet.Receive(frames, default)) > 0;)
            {
                foreach (ref readonly Frame frame in frames.AsSpan(0, count))
                {
                    ReadOnlySpan<byte> data = peer.Packet.Bytes(frame)[(TransportStart + 8)..];
                    int number = BitConverter.ToInt32(data);
                    bool isWhole = data[4..].SequenceEqual(Pattern(number, data.Length).AsSpan(4));
                    arrived.Add(isWhole ? number : -1);
                }
            }
            Assert.Multiple(() =>
            {
                Assert.That(arrived, Is.Ordered.And.Unique.And.All.Not.Negative);
                Assert.That(arrived.Count(i => i % 3 != 0), Is.EqualTo(Sent - ((Sent + 2) / 3)));
                Assert.That(arrived.Count(i => i % 3 == 0), Is.GreaterThan(PacketRing.LongMax));
                Assert.That(peer.Packet.FramesLost, Is.Positive.And.EqualTo(Sent - arrived.Count));
            });
        });

    // 100 datagrams of 500 bytes are more than a slot holds and than a call takes.
    [TestCase(2500, 1000)]
    [TestCase(2000, 1000)]
    [TestCase(50_000, 500)]
    public void Datagrams_that_were_sent_by_one_call_arrive_one_by_one(int length, int each) =>
        NetworkNamespace.Run(() =>
        {
            const int Level = 17;
            const int SegmentLength = 103;
            using var peer = new PacketPeer();
            NetworkNamespace.Ip("neighbor", "add", Own.ToString(), "lladdr", Mac.ToString(), "dev", "sw0");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var to = new IPEndPoint(IPAddress.Parse(Own.ToString()), 7);
            byte[] data = Pattern(3, length);
            socket.SetRawSocketOption(Level, SegmentLength, BitConverter.GetBytes(each));
            socket.SendTo(data, to);
            socket.SendTo(data, to);
            socket.SetRawSocketOption(Level, SegmentLength, BitConverter.GetBytes(0));
            socket.SendTo([1], to);

            List<byte[]> arrived = [];
            var frames = new Frame[7];
            for (int count; (count = peer.Packet.Receive(frames, default)) > 0;)
            {
                foreach (ref readonly Frame frame in frames.AsSpan(0, count))
                {
                    Assert.That(frame.Checksum, Is.EqualTo(ReceiveChecksum.Trusted));
                    arrived.Add(PayloadOf(peer.Packet.Bytes(frame)));
                }
            }

            Assert.That(arrived, Is.EqualTo((byte[][])[.. data.Chunk(each), .. data.Chunk(each), [1]]));
            Assert.That(peer.Packet.FramesLost, Is.Zero);
        });

    [Test]
    public void Of_several_queues_each_flow_has_one() => NetworkNamespace.Run(() =>
    {
        PacketPeer.AddVeth();
        LinkGrant grant = PacketInterface.Open(PacketPeer.Options with { Queues = 2 });
        using var first = new PacketDevice(grant, 0, new RegionTable());
        using var second = new PacketDevice(grant, 1, new RegionTable());
        NetworkNamespace.Ip("neighbor", "add", Own.ToString(), "lladdr", Mac.ToString(), "dev", "sw0");
        const int Flows = 32;
        const int Each = 4;
        for (int i = 0; i < Flows; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            for (int k = 0; k < Each; k++)
            {
                socket.SendTo([1], new IPEndPoint(IPAddress.Parse(Own.ToString()), 7));
            }
        }

        int[][] ports = [.. new[] { first, second }.Select(SourcePorts)];
        Assert.Multiple(() =>
        {
            Assert.That(ports[0].Intersect(ports[1]), Is.Empty);
            Assert.That(ports[0].Length + ports[1].Length, Is.EqualTo(Flows * Each));
            Assert.That(ports, Is.All.Not.Empty);
        });
    });

    private static int[] SourcePorts(PacketDevice device)
    {
        var frames = new Frame[256];
        Span<Frame> taken = frames.AsSpan(0, device.Receive(frames, default));
        int[] ports = new int[taken.Length];
        for (int i = 0; i < ports.Length; i++)
        {
            ReadOnlySpan<byte> udp = device.Bytes(taken[i])[TransportStart..];
            ports[i] = (udp[0] << 8) | udp[1];
        }
        return ports;
    }

    private static void Send(byte[] data)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Parse(Own.ToString()), 80));
        for (int sent = 0; sent < data.Length;)
        {
            sent += socket.Send(data, sent, data.Length - sent, SocketFlags.None);
        }
    }

    /// <summary>The payload of a datagram whose lengths and checksums are right.</summary>
    private static byte[] PayloadOf(ReadOnlySpan<byte> frame)
    {
        Assert.That(Ipv4Header.TryRead(
            frame[IpStart..], out Ipv4Header ip, out ReadOnlySpan<byte> datagram, out _));
        Assert.That(ip.TotalLength, Is.EqualTo(frame.Length - IpStart));
        Assert.That(UdpHeader.TryRead(datagram, out UdpHeader udp, out ReadOnlySpan<byte> payload, out _));
        Assert.That((udp.DestinationPort, udp.DatagramLength), Is.EqualTo((7, datagram.Length)));
        return payload.ToArray();
    }
}
