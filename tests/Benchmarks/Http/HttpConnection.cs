using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Straightwire.Benchmarks.Http;

/// <summary>A connection that asks for one path over and over.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int Port = 80;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = 10_000,
    };

    private readonly byte[] _request;
    private readonly byte[] _received = new byte[65_536];
    private readonly int _responseLength;
    private int _left;

    /// <summary>Connects and asks once; the answers that follow have as many bytes.</summary>
    public HttpConnection(IPAddress address, string path)
    {
        _request = Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        _socket.Connect(address, Port);
        _socket.Send(_request);
        _responseLength = ReadFirst();
        _socket.Blocking = false;
    }

    /// <summary>When the request that is out was due, in ticks of the stopwatch.</summary>
    public long Due { get; private set; }

    /// <summary>Sends a request.</summary>
    public void Ask(long due)
    {
        Due = due;
        _left = _responseLength;
        _socket.Send(_request);
    }

    /// <summary>Takes what has come; whether the answer is whole.</summary>
    public bool TryFinish()
    {
        int count = _socket.Receive(_received, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock)
            || (error == SocketError.Success && count == 0))
        {
            throw new InvalidOperationException($"the connection ended: {error}");
        }
        _left -= error == SocketError.Success ? count : 0;
        return _left == 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private int ReadFirst()
    {
        int length = 0;
        while (true)
        {
            int count = _socket.Receive(_received.AsSpan(length));
            length += count;
            string text = Encoding.ASCII.GetString(_received, 0, length);
            int headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            if (headEnd >= 4)
            {
                const string Field = "content-length:";
                int start = text.IndexOf(Field, StringComparison.OrdinalIgnoreCase) + Field.Length;
                int end = text.IndexOf('\r', start);
                int body = int.Parse(text.AsSpan(start, end - start), CultureInfo.InvariantCulture);
                int whole = headEnd + body;
                if (length == whole && text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                {
                    return whole;
                }
            }
            if (count == 0)
            {
                throw new InvalidOperationException($"no whole answer came: {text}");
            }
        }
    }
}
