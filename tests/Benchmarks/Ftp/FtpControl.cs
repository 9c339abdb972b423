using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Straightwire.Benchmarks.Ftp;

/// <summary>A control session of a client, and nothing more than measurements need of one.</summary>
internal sealed class FtpControl : IDisposable
{
    private readonly byte[] _received = new byte[4096];
    private readonly Socket _socket;
    private readonly IPAddress _address;
    private int _length;

    /// <summary>Connects and reads the greeting.</summary>
    public FtpControl(IPAddress address)
    {
        _address = address;
        _socket = Connect(21);
        Expect("220");
    }

    /// <summary>Logs in.</summary>
    public void LogIn()
    {
        Send("USER anonymous");
        if (Expect("331", "230").StartsWith("331", StringComparison.Ordinal))
        {
            Command("PASS benchmark@example.org", "230");
        }
    }

    /// <summary>Fetches a file and returns after its first byte; the connection carries the rest.</summary>
    public Socket BeginFetch(string path)
    {
        Command("TYPE I", "200");
        string place = Command("PASV", "227");
        string[] numbers = place[(place.LastIndexOf('(') + 1)..place.LastIndexOf(')')].Split(',');
        int port = (256 * int.Parse(numbers[4], CultureInfo.InvariantCulture))
            + int.Parse(numbers[5], CultureInfo.InvariantCulture);
        Socket data = Connect(port);
        Send($"RETR {path}");
        byte[] first = new byte[1];
        if (data.Receive(first) != 1)
        {
            throw new InvalidOperationException($"no byte of {path} came");
        }
        return data;
    }

    /// <summary>Reads the rest of a file, and both replies.</summary>
    public void EndFetch(Socket data)
    {
        while (data.Receive(_received) > 0)
        {
        }
        data.Dispose();
        Expect("150");
        Expect("226");
    }

    /// <summary>Sends a command and returns the reply.</summary>
    public string Command(string line, string code)
    {
        Send(line);
        return Expect(code);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 10_000,
        };
        socket.Connect(_address, port);
        return socket;
    }

    private void Send(string line) => _socket.Send(Encoding.ASCII.GetBytes(line + "\r\n"));

    private string Expect(params string[] codes)
    {
        string line = ReadLine();
        string code = line[..Math.Min(3, line.Length)];
        while (!line.StartsWith(code + " ", StringComparison.Ordinal))
        {
            // RFC 959 §4.2: a reply of several lines ends with one that has a space behind the code.
            line = ReadLine();
        }
        return codes.Contains(code)
            ? line
            : throw new InvalidOperationException($"{string.Join(" or ", codes)} was expected: {line}");
    }

    private string ReadLine()
    {
        int end;
        while ((end = _received.AsSpan(0, _length).IndexOf((byte)'\n')) < 0)
        {
            int count = _socket.Receive(_received, _length, _received.Length - _length, SocketFlags.None);
            if (count == 0)
            {
                throw new InvalidOperationException("the session ended before a reply");
            }
            _length += count;
        }
        string line = Encoding.ASCII.GetString(_received, 0, end + 1).Trim();
        _length -= end + 1;
        _received.AsSpan(end + 1, _length).CopyTo(_received);
        return line;
    }
}
