using System.Text;
using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Ftp;

/// <summary>
/// A client's connection, control or data: keeps what comes, and sends what it is told to when it can.
/// </summary>
public sealed class FtpConnection(IStreamNetwork network) : IStreamSession
{
    private const int PieceLength = 1024;

    private readonly List<byte> _received = [];
    private readonly Queue<byte[]> _pending = [];
    private StreamId _id;
    private bool _finishes;
    private bool _aborts;

    /// <summary>Whether the handshake is complete.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether the server has finished.</summary>
    public bool IsPeerFinished { get; private set; }

    /// <summary>How it ended; null while it lives.</summary>
    public StreamEnd? End { get; private set; }

    /// <summary>Whether what comes is taken; else it stands in the receive window.</summary>
    public bool IsReading { get; set; } = true;

    /// <summary>Whether all that was to be sent is in TCP's hands.</summary>
    public bool IsSent => _pending.Count == 0;

    /// <summary>All that has come.</summary>
    public byte[] Received => [.. _received];

    /// <summary>Bytes that have come.</summary>
    public int ReceivedCount => _received.Count;

    /// <summary>What has come, from a place on, as Latin-1.</summary>
    public string Text(int from) => Encoding.Latin1.GetString(_received[from..].ToArray());

    /// <summary>The same, up to a place.</summary>
    public string Text(int from, int to) => Encoding.Latin1.GetString(_received[from..to].ToArray());

    /// <summary>The place behind the next LF; -1 when none has come.</summary>
    public int EndOfLine(int from) => _received.IndexOf((byte)'\n', from) + 1 is var end and > 0 ? end : -1;

    /// <summary>Sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(PieceLength, bytes.Length);
            _pending.Enqueue(bytes[..length].ToArray());
            bytes = bytes[length..];
        }
        network.Notify(_id);
    }

    /// <summary>Sends FIN behind what is to be sent.</summary>
    public void Finish()
    {
        _finishes = true;
        network.Notify(_id);
    }

    /// <summary>Sends RST.</summary>
    public void Abort()
    {
        _aborts = true;
        network.Notify(_id);
    }

    /// <summary>Reads again.</summary>
    public void Resume()
    {
        IsReading = true;
        network.Notify(_id);
    }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output)
    {
        _id = output.Id;
        IsConnected = true;
        Push(ref output);
    }

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        if (!IsReading)
        {
            return 0;
        }
        _received.AddRange(received);
        return received.Length;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output) => Push(ref output);

    /// <inheritdoc/>
    public void OnNotified(ref StreamOutput output) => Push(ref output);

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output) => IsPeerFinished = true;

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end) => End = end;

    private void Push(ref StreamOutput output)
    {
        if (_aborts)
        {
            output.Abort();
            return;
        }
        while (_pending.TryPeek(out byte[]? piece))
        {
            if (!output.TryWrite(piece))
            {
                return;
            }
            _pending.Dequeue();
        }
        if (_finishes)
        {
            output.Finish();
        }
    }
}
