using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>What a service is told of a new connection.</summary>
/// <param name="Flow">Addresses and ports of both ends.</param>
/// <param name="Now">The instant of this pass.</param>
public readonly record struct StreamInfo(FlowKey Flow, Instant Now);
