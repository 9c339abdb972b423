using System.Buffers;
using System.Text;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Http;

/// <summary>
/// One connection to a site, driven as TCP drives a session: what is not consumed is shown again.
/// </summary>
internal sealed class TestConnection
{
    private readonly IStreamSession _session;
    private readonly ArrayBufferWriter<byte> _received = new();
    private byte[] _pending = [];

    public TestConnection(TestSite site)
        : this(site.Service.Accept(new StreamInfo(default, Instant.Zero))!, site.Pool, site.Memory)
    {
    }

    public TestConnection(IStreamSession session, FramePool pool, byte[] memory)
    {
        Sink = new RecordingSink(pool, memory);
        _session = session;
        Drive((ref StreamOutput output) => _session.OnConnected(ref output));
    }

    private delegate void Call(ref StreamOutput output);

    public RecordingSink Sink { get; }

    public Instant Now { get; set; } = Instant.Zero;

    /// <summary>Bytes that were shown and not consumed.</summary>
    public int PendingCount => _pending.Length;

    /// <summary>Whether our side has ended: FIN or RST.</summary>
    public bool IsEnded => Sink.IsFinished || Sink.IsAborted;

    /// <summary>What so many connections allocate that send a text each and take no answers.</summary>
    public static long Allocated(TestSite site, string text, int connections)
    {
        var sink = new RecordingSink(site.Pool, site.Memory);
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < connections; i++)
        {
            sink.Reset();
            IStreamSession session = site.Service.Accept(new StreamInfo(default, Instant.Zero))!;
            var output = new StreamOutput(sink, 0, Instant.Zero);
            session.OnConnected(ref output);
            session.OnReceived(bytes, ref output);
            session.OnClosed(StreamEnd.Closed);
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public TestConnection Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public TestConnection Send(ReadOnlySpan<byte> bytes)
    {
        _pending = [.. _pending, .. bytes];
        Show();
        return this;
    }

    /// <summary>Sends the bytes one by one.</summary>
    public TestConnection Trickle(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            Send([value]);
        }
        return this;
    }

    public void FinishSending() => Drive((ref StreamOutput output) => _session.OnPeerFinished(ref output));

    public void Drain() => Drive((ref StreamOutput output) => _session.OnDrain(ref output));

    /// <summary>Lets time pass, with every deadline that comes meanwhile.</summary>
    public void Pass(TimeSpan time)
    {
        Instant end = Now + time;
        while (Sink.Deadline <= end)
        {
            Now = Sink.Deadline;
            Sink.Fire();
            Drive((ref StreamOutput output) => _session.OnDeadline(ref output));
        }
        Now = end;
    }

    /// <summary>The peer acknowledges everything; the queue has room again.</summary>
    public void Acknowledge()
    {
        Sink.Acknowledge(_received);
        Drive((ref StreamOutput output) => _session.OnWritable(ref output));
        if (_pending.Length > 0)
        {
            Show();
        }
    }

    /// <summary>The service notified the connection: what waits is shown again.</summary>
    public void Notify()
    {
        Drive((ref StreamOutput output) => _session.OnNotified(ref output));
        Show();
    }

    /// <summary>All that the peer got so far, as Latin-1.</summary>
    public string Received()
    {
        Acknowledge();
        return Encoding.Latin1.GetString(_received.WrittenSpan);
    }

    public void Close() => _session.OnClosed(StreamEnd.Closed);

    private void Show() => Drive((ref StreamOutput output) =>
    {
        int consumed = _session.OnReceived(_pending, ref output);
        Assert.That(consumed, Is.InRange(0, _pending.Length));
        _pending = _pending[consumed..];
    });

    private void Drive(Call call)
    {
        var output = new StreamOutput(Sink, 0, Now);
        call(ref output);
    }
}
