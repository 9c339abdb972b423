using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>One connection of the kernel's to the server, and just as much HTTP as the tests need.</summary>
internal sealed class HttpConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _received = new byte[8192];
    private int _start;
    private int _end;

    private HttpConnection(Socket socket)
    {
        _socket = socket;
    }

    /// <summary>Connects.</summary>
    public static async Task<HttpConnection> Open(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
        }
        catch (SocketException e)
        {
            throw new IOException($"connect: {e.Message}", e);
        }
        return new HttpConnection(socket);
    }

    /// <summary>Writes one request for each name, all in one piece.</summary>
    public async Task Ask(params string[] names)
    {
        string requests = string.Concat(names.Select(n => $"GET /{n} HTTP/1.1\r\nHost: server\r\n\r\n"));
        for (ReadOnlyMemory<byte> left = Encoding.ASCII.GetBytes(requests); left.Length > 0;)
        {
            left = left[await _socket.SendAsync(left)..];
        }
    }

    /// <summary>Closes the direction to the server.</summary>
    public void FinishAsking() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads one answer and compares it.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public async Task Expect(string name, byte[] content)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)await NextByte(name));
        }
        string[] lines = head.ToString().Split("\r\n");
        string length = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {content.Length}");
        if (lines[0] != "HTTP/1.1 200 OK" || !lines.Contains(length, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{name}: 200 with {length} is expected:\n{head}");
        }
        for (int at = 0; at < content.Length;)
        {
            await Fill(name);
            int count = Math.Min(content.Length - at, _end - _start);
            if (!_received.AsSpan(_start, count).SequenceEqual(content.AsSpan(at, count)))
            {
                throw new InvalidDataException($"{name}: other bytes between {at} and {at + count}");
            }
            _start += count;
            at += count;
        }
    }

    /// <summary>Waits until the server has closed its direction too.</summary>
    /// <exception cref="InvalidDataException">It sent more.</exception>
    public async Task ExpectEnd()
    {
        if (_start < _end || await Receive() != 0)
        {
            throw new InvalidDataException("the end is expected, and more came");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte> NextByte(string name)
    {
        await Fill(name);
        return _received[_start++];
    }

    /// <summary>Makes sure that at least one byte is there to be read.</summary>
    private async Task Fill(string name)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await Receive();
            if (_end == 0)
            {
                throw new InvalidDataException($"{name}: the server closed before the answer was whole");
            }
        }
    }

    private async Task<int> Receive()
    {
        try
        {
            return await _socket.ReceiveAsync(_received.AsMemory());
        }
        catch (SocketException e)
        {
            throw new IOException($"receive: {e.Message}", e);
        }
    }
}
