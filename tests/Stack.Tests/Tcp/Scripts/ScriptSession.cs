using Straightwire.Stack.Tcp;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>The session under a script: records what it is told, and checks every byte.</summary>
internal sealed class ScriptSession(ScriptHost host) : IStreamSession
{
    /// <summary>Bytes consumed.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes shown by the last call and not consumed.</summary>
    public int Shown { get; private set; }

    /// <summary>Whether it consumes what it is shown.</summary>
    public bool Reading { get; set; } = true;

    /// <summary>The peer's FIN was shown.</summary>
    public bool PeerFinished { get; private set; }

    /// <summary>An active open was told of.</summary>
    public bool Connected { get; private set; }

    /// <summary>How it ended; null while it lives.</summary>
    public StreamEnd? End { get; private set; }

    /// <summary>Times that room came after a refusal.</summary>
    public int Writable { get; private set; }

    /// <summary>Times that it was notified.</summary>
    public int Notified { get; private set; }

    /// <summary>Its connection's name, once it is connected or was opened.</summary>
    public StreamId Id { get; set; }

    /// <summary>Most that it consumes of what it is shown at once.</summary>
    public int Appetite { get; set; } = int.MaxValue;

    /// <summary>Done within <see cref="OnNotified"/>.</summary>
    public Action? WhenNotified { get; set; }

    /// <summary>Done within <see cref="OnClosed"/>.</summary>
    public Action? AtEnd { get; set; }

    /// <summary>Done within the next <see cref="OnReceived"/>.</summary>
    public Queue<ScriptAction> Replies { get; } = new();

    /// <summary>Done within the next call of any kind.</summary>
    public Queue<ScriptAction> Actions { get; } = new();

    /// <summary>Bytes written so far: where in the pattern the next write begins.</summary>
    public long Written { get; set; }

    public void OnConnected(ref StreamOutput output)
    {
        Assert.That(Connected, Is.False, "a session is connected once");
        Connected = true;
        Id = output.Id;
        Act(ref output);
    }

    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        Assert.That(End, Is.Null, "nothing is shown after the end");
        Assert.That(received.IsEmpty, Is.False, "nothing is not shown");
        if (host.ChecksBytes)
        {
            Pattern.Check(received, Received);
        }
        Shown = received.Length;
        while (Replies.TryDequeue(out ScriptAction? reply))
        {
            reply(ref output, this);
        }
        Act(ref output);
        if (!Reading)
        {
            return 0;
        }
        int consumed = Math.Min(received.Length, Appetite);
        Received += consumed;
        Shown -= consumed;
        return consumed;
    }

    public void OnWritable(ref StreamOutput output)
    {
        Writable++;
        Act(ref output);
    }

    public void OnPeerFinished(ref StreamOutput output)
    {
        Assert.That(PeerFinished, Is.False, "a peer finishes once");
        PeerFinished = true;
        Act(ref output);
    }

    public void OnDeadline(ref StreamOutput output) => Act(ref output);

    public void OnNotified(ref StreamOutput output)
    {
        Assert.That(End, Is.Null, "nobody is notified after the end");
        Notified++;
        WhenNotified?.Invoke();
        Act(ref output);
    }

    public void OnDrain(ref StreamOutput output) => output.Finish();

    public void OnClosed(StreamEnd end)
    {
        Assert.That(End, Is.Null, "a session ends once");
        End = end;
        AtEnd?.Invoke();
    }

    private void Act(ref StreamOutput output)
    {
        while (Actions.TryDequeue(out ScriptAction? action))
        {
            action(ref output, this);
        }
        output.SetDeadline(host.ActionsLeft > 0 ? output.Now.PlusMilliseconds(1) : Stack.Time.Instant.Never);
    }
}

/// <summary>What a script has its session do.</summary>
internal delegate void ScriptAction(ref StreamOutput output, ScriptSession session);

/// <summary>
/// The bytes of every stream in a script, either way: a function of their place, so that a misplaced byte
/// shows.
/// </summary>
internal static class Pattern
{
    /// <summary>The byte at a place of the stream, counted from 0.</summary>
    public static byte At(long place) => (byte)((place * 7) ^ (place >> 8) ^ (place >> 16));

    /// <summary>The bytes from a place on.</summary>
    public static byte[] Bytes(long place, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = At(place + i);
        }
        return bytes;
    }

    /// <summary>Fails unless bytes are those from a place on.</summary>
    public static void Check(ReadOnlySpan<byte> bytes, long place)
    {
        if (!bytes.SequenceEqual(Bytes(place, bytes.Length)))
        {
            Assert.Fail($"the {bytes.Length} bytes from place {place} on are not those of the stream");
        }
    }
}
