using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>A session that takes all that comes and does nothing else, to begin with.</summary>
internal abstract class PlainSession : IStreamSession
{
    /// <summary>How it has ended; null: it has not.</summary>
    public StreamEnd? End { get; private set; }

    public virtual void OnConnected(ref StreamOutput output)
    {
    }

    public virtual int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output) => received.Length;

    public virtual void OnWritable(ref StreamOutput output)
    {
    }

    public virtual void OnPeerFinished(ref StreamOutput output) => output.Finish();

    public virtual void OnDeadline(ref StreamOutput output)
    {
    }

    public void OnDrain(ref StreamOutput output)
    {
    }

    public virtual void OnClosed(StreamEnd end) => End = end;
}
