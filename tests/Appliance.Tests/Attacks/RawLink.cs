using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Straightwire.Simulation;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>
/// Raw Ethernet frames on an interface of this network namespace, to one server and from any address. The
/// addresses it speaks for are strangers to the kernel, which stays silent.
/// </summary>
internal sealed class RawLink : IDisposable
{
    /// <summary>The first of the addresses that strangers have: 198.19.0.0.</summary>
    public const uint Strangers = 0xC613_0000;

    private const int SolSocket = 1;
    private const int ReceiveBufferForce = 33;
    private const int SolPacket = 263;
    private const int IgnoreOutgoing = 23;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[300_000];

    /// <summary>Opens the interface; the server's Ethernet address is what the kernel found out.</summary>
    public RawLink(string device, uint server)
    {
        NetworkInterface found = NetworkInterface.GetAllNetworkInterfaces().First(i => i.Name == device);
        Mac = RawFrame.ReadMac(found.GetPhysicalAddress().GetAddressBytes());
        Server = server;
        ServerMac = NeighborMac(server);
        Device = device;
        int index = found.GetIPProperties().GetIPv4Properties()?.Index
            ?? throw new InvalidDataException($"{device} has no IPv4");
        int all = BinaryPrimitives.ReverseEndianness((ushort)3);
        _socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)all);
        _socket.Bind(new PacketEndPoint(index));
        _socket.SetRawSocketOption(SolPacket, IgnoreOutgoing, BitConverter.GetBytes(1));
        _socket.SetRawSocketOption(SolSocket, ReceiveBufferForce, BitConverter.GetBytes(1 << 26));
    }

    /// <summary>The interface's name.</summary>
    public string Device { get; }

    /// <summary>The interface's Ethernet address, 48 bits.</summary>
    public ulong Mac { get; }

    /// <summary>The server's Ethernet address, 48 bits.</summary>
    public ulong ServerMac { get; }

    /// <summary>The server's address.</summary>
    public uint Server { get; }

    /// <summary>A frame with a segment to the server.</summary>
    public byte[] Tcp(uint source, RawSegment segment) =>
        RawFrame.Ipv4(Mac, ServerMac, source, Server, 6, segment.Write(source, Server));

    /// <summary>Sends a frame, again while the kernel's queue is full.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 10;)
        {
            try
            {
                _ = _socket.Send(frame);
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                Thread.Sleep(0);
            }
        }
        throw new InvalidDataException($"{Device} takes no frames");
    }

    /// <summary>The next segment of the server's within some milliseconds; false: there is none.</summary>
    public bool TryReceive(int milliseconds, out RawReply reply)
    {
        long end = Environment.TickCount64 + milliseconds;
        do
        {
            long left = Math.Max(0, end - Environment.TickCount64);
            if (_socket.Available == 0 && !_socket.Poll((int)left * 1000, SelectMode.SelectRead))
            {
                break;
            }
            int length = _socket.Receive(_buffer);
            if (RawReply.TryRead(_buffer.AsSpan(0, length), out reply))
            {
                return true;
            }
        }
        while (Environment.TickCount64 <= end);
        reply = default;
        return false;
    }

    /// <summary>Forgets what has come.</summary>
    public void Flush()
    {
        while (_socket.Available > 0)
        {
            _ = _socket.Receive(_buffer);
        }
    }

    /// <summary>Bytes that the interface has received and sent.</summary>
    public (long Received, long Sent) Bytes()
    {
        string line = File.ReadLines("/proc/self/net/dev").First(l => l.TrimStart().StartsWith($"{Device}:"));
        string[] numbers = line[(line.IndexOf(':') + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (long.Parse(numbers[0]), long.Parse(numbers[8]));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static ulong NeighborMac(uint server)
    {
        string address = new IPAddress(BinaryPrimitives.ReverseEndianness(server)).ToString();
        string[] entry = File.ReadLines("/proc/self/net/arp")
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(w => w[0] == address)
            ?? throw new InvalidDataException($"the kernel does not know {address} yet");
        return Convert.ToUInt64(entry[3].Replace(":", ""), 16);
    }

    // struct sockaddr_ll (packet(7)): protocol, index, and 12 bytes that a bind leaves zero.
    private sealed class PacketEndPoint(int index) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            address[2] = 0;
            address[3] = 3;
            for (int i = 0; i < 4; i++)
            {
                address[4 + i] = (byte)(index >> (8 * i));
            }
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) => this;
    }
}
