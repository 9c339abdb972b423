using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>What a service is told of a new connection.</summary>
/// <param name="Flow">Addresses and ports.</param>
/// <param name="Now">When.</param>
public readonly record struct StreamInfo(FlowKey Flow, Instant Now);
