using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>What an attack has: raw link, kernel's sockets, server's memory; and where it tells.</summary>
internal sealed class AttackGround(RawLink link, IPEndPoint server, int serverProcess)
{
    /// <summary>The raw link.</summary>
    public RawLink Link { get; } = link;

    /// <summary>What was not as it must be.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Repeats from run to run.</summary>
    public Random Random { get; } = new(13);

    /// <summary>The server's resident memory, MB.</summary>
    public double ResidentMegabytes()
    {
        string line = File.ReadLines($"/proc/{serverProcess}/status").First(l => l.StartsWith("VmRSS"));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
    }

    /// <summary>Says what is wrong unless a condition holds.</summary>
    public void Expect(bool holds, FormattableString otherwise)
    {
        if (!holds)
        {
            Faults.Add(otherwise.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>An address of a stranger, one of 200 × 250.</summary>
    public uint AnyStranger() =>
        RawLink.Strangers + (uint)((Random.Next(200) << 8) + 1 + Random.Next(250));

    /// <summary>
    /// Opens connections of one address with the kernel's sockets and sends some bytes on each, without ever
    /// reading; those that are refused are left out.
    /// </summary>
    public List<Socket> Hold(int count, string request, int copies = 1)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, copies)));
        List<Socket> held = [];
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveBufferSize = 4096,
                SendTimeout = 1000,
            };
            try
            {
                socket.Connect(server);
                socket.Blocking = false;
                held.Add(socket);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        Send(held, bytes);
        return held;
    }

    /// <summary>
    /// Sends what goes of some bytes on each connection, until nothing has gone for a while, or 5 s.
    /// </summary>
    public static void Send(List<Socket> sockets, byte[] bytes)
    {
        int[] sent = new int[sockets.Count];
        long end = Environment.TickCount64 + 5000;
        for (int still = 0; still < 60 && Environment.TickCount64 < end;)
        {
            bool moved = false;
            for (int i = 0; i < sockets.Count; i++)
            {
                if (sent[i] < bytes.Length)
                {
                    ReadOnlySpan<byte> left = bytes.AsSpan(sent[i]);
                    int count = sockets[i].Send(left, SocketFlags.None, out SocketError error);
                    sent[i] = error is SocketError.Success or SocketError.WouldBlock
                        ? sent[i] + count
                        : bytes.Length;
                    moved |= count > 0;
                }
            }
            still = moved ? 0 : still + 1;
            if (!moved)
            {
                Thread.Sleep(5);
            }
        }
    }

    /// <summary>Ends connections with a reset each, so that nothing of them stays.</summary>
    public static void Release(List<Socket> held)
    {
        foreach (Socket socket in held)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }
}
