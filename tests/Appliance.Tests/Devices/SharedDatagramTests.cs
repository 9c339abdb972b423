using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Straightwire.Appliance.Doctor;
using Straightwire.Appliance.Links;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;
using Straightwire.Devices.Xdp;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Udp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>
/// Datagrams to an address that the kernel has too, from a client in another namespace: 53 and 5000 are ours,
/// and there is a service on 53.
/// </summary>
[TestFixture]
public sealed class SharedDatagramTests
{
    private const int Query = 53;
    private const int Closed = 5000;
    private const int Kernels = 54;

    // SO_NO_CHECK of Linux.
    private const int NoChecksum = 11;

    private static readonly ServicePort[] Ports =
    [
        new(IpProtocol.Tcp, new(80, 80)),
        new(IpProtocol.Udp, new(Query, Query)),
        new(IpProtocol.Udp, new(Closed, Closed)),
    ];

    private static readonly LinkKind[] Kinds = [LinkKind.Packet, LinkKind.Xdp];

    [TestCaseSource(nameof(Kinds))]
    public void A_query_is_answered_by_us_alone(LinkKind kind) => Serve(kind, () =>
    {
        using Socket client = Connect(Query);
        foreach (int length in new[] { 1, 2, 512, 1472 })
        {
            byte[] query = LinkPeer.Pattern(length, length);
            Assert.That(Ask(client, query), Is.EqualTo(query.Reverse()), $"{length} bytes");
        }
        client.SetRawSocketOption(1, NoChecksum, BitConverter.GetBytes(1));
        Assert.That(Ask(client, [1, 2, 3]), Is.EqualTo(new byte[] { 3, 2, 1 }), "without a checksum");
        client.ReceiveTimeout = 300;
        Assert.That(ErrorOf(client), Is.EqualTo(SocketError.TimedOut), "a second answer, or the kernel's");
    });

    [TestCaseSource(nameof(Kinds))]
    public void Ports_of_ours_are_refused_by_us_and_the_kernels_by_the_kernel(LinkKind kind)
    {
        ShardCounters counters = Serve(kind, () =>
        {
            foreach (int port in new[] { Closed, 80, Kernels })
            {
                using Socket client = Connect(port);
                _ = client.Send([1]);
                Assert.That(ErrorOf(client), Is.EqualTo(SocketError.ConnectionRefused), $"{port}");
            }
        });
        Assert.That(counters.Ip.IcmpErrorsSent, Is.EqualTo(1), "5000 alone");
        Assert.That(counters.Udp.PortsUnknown, Is.EqualTo(1));
    }

    // It asked the kernel for the address before we came, so that we hear of it by its query first.
    [TestCaseSource(nameof(Kinds))]
    public void The_first_query_of_a_client_that_knows_the_address_is_answered(LinkKind kind) =>
        Serve(kind, () =>
        {
            NetworkNamespace.Ip(
                "neighbor", "add", $"{LinkPeer.Own}", "lladdr", $"{LinkPeer.Mac}", "dev", "sw0");
            using Socket client = Connect(Query);
            Assert.That(Ask(client, [1, 2]), Is.EqualTo(new byte[] { 2, 1 }));
        });

    [TestCaseSource(nameof(Kinds))]
    public void A_datagram_with_a_wrong_checksum_is_dropped(LinkKind kind)
    {
        ShardCounters counters = Serve(kind, () => AskBeside(checksum: 0x1234));
        Assert.That(counters.Udp.ChecksumErrors, Is.EqualTo(1));
        Assert.That(counters.Udp.DatagramsDelivered, Is.EqualTo(2), "those behind it");
    }

    // The error quotes what left a port of ours, so that it is ours and not the kernel's.
    [TestCaseSource(nameof(Kinds))]
    public void A_client_that_is_gone_is_forgotten(LinkKind kind)
    {
        ShardCounters counters = Serve(kind, () => AskBeside(checksum: 0));
        Assert.That(counters.Udp.RepliesSent, Is.EqualTo(3));
        Assert.That(counters.Ip.IcmpErrorsUnmatched, Is.EqualTo(1));
    }

    // The rule of TCP: only the first fragment shows a port.
    [TestCaseSource(nameof(Kinds))]
    public void A_query_in_fragments_is_the_kernels(LinkKind kind)
    {
        ShardCounters counters = Serve(kind, () =>
        {
            using Socket client = Connect(Query);
            _ = client.Send(new byte[2000]);
            Assert.That(ErrorOf(client), Is.EqualTo(SocketError.ConnectionRefused));
        });
        Assert.That(counters.Udp.DatagramsDelivered, Is.Zero);
        Assert.That(counters.Ip.IcmpErrorsSent, Is.Zero);
    }

    /// <summary>Runs a shard on the shared address while a client acts in its own namespace.</summary>
    private static ShardCounters Serve(LinkKind kind, Action act)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("A shared address needs root, not of a user namespace: run the tests as root.");
        }
        ShardCounters? counters = null;
        NetworkNamespace.Run(() =>
        {
            using var client = new Client(act);
            NetworkNamespace.Ip(
                "link", "add", "sw1", "address", $"{LinkPeer.Mac}", "type", "veth", "peer", "name", "sw0",
                "address", $"{LinkPeer.HostMac}", "netns", client.Namespace);
            NetworkNamespace.Ip("address", "add", $"{LinkPeer.Own}/24", "dev", "sw1");
            NetworkNamespace.Ip("link", "set", "sw1", "up");
            InterfaceOptions options = new() { Name = "sw1", Ports = Ports };
            LinkGrant grant =
                kind == LinkKind.Xdp ? XdpInterface.Open(options) : PacketInterface.Open(options);
            Assert.That(grant.IsShared, Is.True);
            counters = Serve(grant, client);
            (grant with { Queues = [] }).Close();
        });
        return counters!;
    }

    private static ShardCounters Serve(LinkGrant grant, Client client)
    {
        using var regions = new RegionTable();
        using ILinkDevice link = LinkOpener.Adopt(grant, queue: 0, regions, new NoContent());
        Shard shard = new(
            new ShardOptions
            {
                Mac = grant.Mac,
                Address = grant.Address,
                SharedPorts = Ports,
                Frames = new FrameLimits { PoolFrames = 256 },
            },
            link, new NoContent(), new ShardSecrets(1, 2, 3), MonotonicClock.Now);
        shard.Listen(new Reverser());
        client.Start();
        while (!client.HasEnded)
        {
            if (!shard.Poll(MonotonicClock.Now))
            {
                link.Wait(MonotonicClock.Now.PlusMilliseconds(5), shard.WantsRoom);
            }
        }
        client.Check();
        return shard.Counters;
    }

    private static Socket Connect(int port)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 5000,
        };
        client.Connect(new IPEndPoint(IPAddress.Parse(LinkPeer.Own.ToString()), port));
        return client;
    }

    /// <summary>
    /// Asks from a port that nobody has, with a checksum (0: none), and then twice as everybody: what comes
    /// of the first question has arrived before the last.
    /// </summary>
    private static void AskBeside(ushort checksum)
    {
        byte[] datagram = [4, 5, 0, Query, 0, 9, (byte)(checksum >> 8), (byte)checksum, 1];
        using Socket raw = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp);
        _ = raw.SendTo(datagram, new IPEndPoint(IPAddress.Parse(LinkPeer.Own.ToString()), 0));
        using Socket client = Connect(Query);
        Assert.That(Ask(client, [1, 2]), Is.EqualTo(new byte[] { 2, 1 }));
        Assert.That(Ask(client, [3, 4]), Is.EqualTo(new byte[] { 4, 3 }));
    }

    private static byte[] Ask(Socket client, byte[] query)
    {
        _ = client.Send(query);
        byte[] answer = new byte[2048];
        return answer[..client.Receive(answer)];
    }

    /// <summary>What the next answer is instead of one.</summary>
    private static SocketError ErrorOf(Socket client)
    {
        try
        {
            _ = client.Receive(new byte[1]);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Answers with the query, reversed.</summary>
    private sealed class Reverser : IDatagramService
    {
        public ushort Port => Query;

        public int Answer(in DatagramInfo info, ReadOnlySpan<byte> query, Span<byte> reply)
        {
            query.CopyTo(reply);
            reply[..query.Length].Reverse();
            return query.Length;
        }
    }

    /// <summary>A thread in a namespace of its own, where sw0 comes to be.</summary>
    private sealed class Client : IDisposable
    {
        private readonly ManualResetEventSlim _exists = new();
        private readonly ManualResetEventSlim _started = new();
        private readonly Thread _thread;
        private volatile ExceptionDispatchInfo? _failure;

        public Client(Action act)
        {
            _thread = new Thread(() =>
            {
                try
                {
                    NetworkNamespace.Run(() => Run(act));
                }
                catch (Exception exception)
                {
                    _failure = ExceptionDispatchInfo.Capture(exception);
                    _exists.Set();
                }
            });
            _thread.Start();
            _exists.Wait();
            Check();
        }

        /// <summary>The thread's number, by which iproute2 finds its namespace.</summary>
        public string Namespace { get; private set; } = "";

        public bool HasEnded => !_thread.IsAlive;

        public void Start() => _started.Set();

        public void Check() => _failure?.Throw();

        public void Dispose()
        {
            _started.Set();
            _thread.Join();
        }

        private void Run(Action act)
        {
            Namespace = Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget!);
            _exists.Set();
            _started.Wait();
            NetworkNamespace.Ip("address", "add", $"{LinkPeer.Host}/24", "dev", "sw0");
            NetworkNamespace.Ip("link", "set", "sw0", "up");
            act();
        }
    }
}
