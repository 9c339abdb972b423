using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Benchmarks.Memory;

/// <summary>
/// A client that always has as many requests under way as it is told, all for one file. The first answer is
/// looked at; the others must be as long.
/// </summary>
internal sealed class CountingSession(int depth) : IStreamSession
{
    private const int FileBytes = 1024;
    private readonly byte[] _requests = [.. Enumerable
        .Repeat("GET /1k.bin HTTP/1.1\r\nHost: server\r\n\r\n"u8.ToArray(), depth)
        .SelectMany(r => r)];

    private int _answerLength;
    private long _received;

    /// <summary>Answers so far.</summary>
    public long Completed { get; private set; }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output) => Ask(ref output);

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        if (_answerLength == 0)
        {
            int head = received.IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return 0;
            }
            Invariant.Assert(received.StartsWith("HTTP/1.1 200 "u8), "the file is found");
            _answerLength = head + 4 + FileBytes;
        }
        _received += received.Length;
        while (_received >= (long)_answerLength * depth)
        {
            _received -= (long)_answerLength * depth;
            Completed += depth;
            Ask(ref output);
        }
        return received.Length;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end)
    {
    }

    private void Ask(ref StreamOutput output) =>
        Invariant.Assert(output.TryWrite(_requests), "a batch of requests fits the send queue");
}
