using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Straightwire.Appliance.Content;
using Straightwire.Devices.Native;
using Straightwire.Protocols;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>
/// A shard of one thread, the caller's: HTTP over the content of a store, with connections whose bytes are
/// read as the stack reads them, so that files can be changed between any two steps.
/// </summary>
internal sealed class ContentReader : IStreamNetwork
{
    private readonly List<ContentConnection> _connections = [];

    public ContentReader(ContentStore store)
    {
        Shard = store.AddShard(static () => { });
        Clock.Set(MonotonicClock.Now, DateTimeOffset.UtcNow);
        Service = new HttpService(new HttpOptions(), Shard, Pool, Clock, this);
    }

    public ShardContent Shard { get; }

    public FramePool Pool { get; } = new(1024, 1024);

    public WallClock Clock { get; } = new();

    public HttpService Service { get; }

    /// <summary>Begins a pass.</summary>
    public void BeginPass()
    {
        Shard.BeginPass();
        Service.BeginPass(Instant.Zero);
        foreach (ContentConnection connection in _connections)
        {
            connection.Show();
        }
    }

    /// <summary>Sends a request.</summary>
    public ContentConnection Ask(string path, string fields = "", string method = "GET")
    {
        var connection = new ContentConnection(this, _connections.Count);
        _connections.Add(connection);
        connection.Send($"{method} {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        return connection;
    }

    /// <summary>Sends a request, and reads its answer to the end.</summary>
    public ContentConnection Get(string path, string fields = "", string method = "GET")
    {
        ContentConnection connection = Ask(path, fields, method);
        Finish(connection);
        return connection;
    }

    /// <summary>Reads an answer to its end, or until it is broken off.</summary>
    public void Finish(ContentConnection connection)
    {
        long until = Environment.TickCount64 + 10_000;
        while (!connection.IsOver)
        {
            BeginPass();
            if (!connection.Read(1 << 20) && !connection.IsOver)
            {
                Assert.That(Environment.TickCount64, Is.LessThan(until), "An answer comes.");
                Thread.Sleep(1);
            }
        }
        connection.Close();
        _connections.Remove(connection);
    }

    /// <summary>Forgets a connection that is over.</summary>
    public void Remove(ContentConnection connection)
    {
        connection.Close();
        _connections.Remove(connection);
    }

    public bool TryConnect(in FlowKey flow, IStreamSession session, Instant now, out StreamId stream)
    {
        stream = default;
        return false;
    }

    public bool TryExpect(ushort port, IpAddress peer, IStreamSession session) => false;

    public void Unexpect(ushort port, IpAddress peer)
    {
    }

    // What waits is shown in each pass.
    public void Notify(StreamId stream)
    {
    }
}

/// <summary>A connection with one request, and what came of its answer.</summary>
internal sealed class ContentConnection : IStreamSink
{
    private readonly ContentReader _reader;
    private readonly IStreamSession _session;
    private readonly Queue<ContentSlice> _queue = new();
    private readonly ArrayBufferWriter<byte> _received = new();
    private byte[] _pending = [];
    private long _offset;
    private Instant _deadline = Instant.Never;
    private bool _isClosed;

    public ContentConnection(ContentReader reader, int number)
    {
        _reader = reader;
        Number = number;
        _session = reader.Service.Accept(new StreamInfo(default, MonotonicClock.Now))!;
        var output = new StreamOutput(this, 0, MonotonicClock.Now);
        _session.OnConnected(ref output);
    }

    public int Number { get; }

    /// <summary>Whether the answer was broken off.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Whether it stands in the send queue.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Nothing more comes.</summary>
    public bool IsOver => IsReset || (IsAnswered && _queue.Count == 0);

    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>The entity tag as it stands in the answer; empty when there is none.</summary>
    public string Tag => Field("ETag");

    public string Body => Encoding.Latin1.GetString(BodyBytes);

    public byte[] BodyBytes
    {
        get
        {
            byte[] all = _received.WrittenSpan.ToArray();
            return all[(all.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
        }
    }

    private string Head => Encoding.Latin1.GetString(_received.WrittenSpan is var all
        && all.IndexOf("\r\n\r\n"u8) is var end and >= 0 ? all[..end] : all);

    public static string HashOf(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    public string Field(string name)
    {
        string? line = Head.Split("\r\n").FirstOrDefault(
            l => l.StartsWith(name + ": ", StringComparison.Ordinal));
        return line is null ? "" : line[(name.Length + 2)..];
    }

    public void Send(string text)
    {
        _pending = [.. _pending, .. Encoding.Latin1.GetBytes(text)];
        Show();
    }

    /// <summary>Shows what is not consumed, after the deadline if it came.</summary>
    public void Show()
    {
        var output = new StreamOutput(this, 0, MonotonicClock.Now);
        if (_deadline <= output.Now)
        {
            _deadline = Instant.Never;
            _session.OnDeadline(ref output);
        }
        if (_pending.Length > 0)
        {
            _pending = _pending[_session.OnReceived(_pending, ref output)..];
            IsAnswered = _pending.Length == 0;
        }
    }

    /// <summary>Sends up to some bytes of the queue; false when there is none that can be sent.</summary>
    public bool Read(int bytes)
    {
        bool hasRead = false;
        while (bytes > 0 && _queue.TryPeek(out ContentSlice slice))
        {
            int length = (int)Math.Min(Math.Min(bytes, 65_536), slice.Length - _offset);
            ContentSlice part = slice.Part(_offset, length);
            byte[] piece = new byte[length];
            if (part.Region == ContentSlice.PoolRegion)
            {
                _reader.Pool.Bytes(part).CopyTo(piece);
            }
            else
            {
                ContentReadiness readiness = _reader.Shard.Prepare(part, MonotonicClock.Now);
                if (readiness == ContentReadiness.Pending)
                {
                    return hasRead;
                }
                if (readiness == ContentReadiness.Faulted
                    || !_reader.Shard.TryRead(part.Region, part.Offset, piece))
                {
                    IsReset = true;
                    return hasRead;
                }
            }
            _received.Write(piece);
            bytes -= length;
            hasRead = true;
            _offset += length;
            if (_offset == slice.Length)
            {
                Release(_queue.Dequeue());
                _offset = 0;
            }
        }
        return hasRead;
    }

    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            while (_queue.TryDequeue(out ContentSlice slice))
            {
                Release(slice);
            }
            _session.OnClosed(StreamEnd.Closed);
        }
    }

    public StreamId IdOf(int connection) => new(Number, 1);

    public int Room(int connection) => 1000;

    public long Unacknowledged(int connection) => _queue.Sum(static slice => slice.Length);

    public bool TryWrite(int connection, ReadOnlySpan<byte> bytes, Instant now)
    {
        while (!bytes.IsEmpty)
        {
            _reader.Pool.TryRent(out int frame);
            int length = Math.Min(bytes.Length, _reader.Pool.FrameLength);
            bytes[..length].CopyTo(_reader.Pool.Bytes(frame));
            _queue.Enqueue(_reader.Pool.Slice(frame, 0, length));
            bytes = bytes[length..];
        }
        return true;
    }

    public bool TryWriteContent(int connection, in ContentSlice slice, Instant now)
    {
        if (slice.Region == ContentSlice.PoolRegion)
        {
            _reader.Pool.AddReference(_reader.Pool.FrameOf(slice));
        }
        else
        {
            _reader.Shard.Acquire(slice.Region);
        }
        _queue.Enqueue(slice);
        return true;
    }

    public void Finish(int connection, Instant now)
    {
    }

    public void Abort(int connection) => IsReset = true;

    public void SetDeadline(int connection, Instant deadline) => _deadline = deadline;

    private void Release(in ContentSlice slice)
    {
        if (slice.Region == ContentSlice.PoolRegion)
        {
            _reader.Pool.Release(_reader.Pool.FrameOf(slice));
        }
        else
        {
            _reader.Shard.Release(slice.Region);
        }
    }
}
