using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// A shard's connections, for who looks on: by places, which a connection keeps for as long as it lasts, so
/// that one that is there from the first look to the last is seen once. On the shard's thread, between two
/// passes.
/// </summary>
public interface IConnectionTable
{
    /// <summary>Places, those that nobody has among them.</summary>
    int PlaceCount { get; }

    /// <summary>Whether a place has a connection, its flow and its state; no more is looked at.</summary>
    bool TryGlance(int place, out FlowKey flow, out TcpState state);

    /// <summary>What there is to tell of the connection in a place.</summary>
    ConnectionFacts FactsOf(int place, Instant now);
}
