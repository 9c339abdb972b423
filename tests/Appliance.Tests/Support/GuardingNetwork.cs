using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// Stands for a shard's TCP where nothing is connected: keeps what was thrown in an answer, and whose it was.
/// </summary>
internal sealed class GuardingNetwork : IStreamNetwork
{
    public List<(StreamId Stream, Exception Fault)> Faults { get; } = [];

    public bool TryConnect(in FlowKey flow, IStreamSession session, Instant now, out StreamId stream)
    {
        stream = default;
        return false;
    }

    public bool TryExpect(ushort port, IpAddress peer, IStreamSession session) => false;

    public void Unexpect(ushort port, IpAddress peer)
    {
    }

    public void Notify(StreamId stream)
    {
    }

    public void Isolate<T>(StreamId stream, Instant now, in T argument, Action<T> action)
    {
        try
        {
            action(argument);
        }
        catch (NotSupportedException fault)
        {
            Faults.Add((stream, fault));
        }
    }
}
