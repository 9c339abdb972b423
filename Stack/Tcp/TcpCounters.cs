namespace Straightwire.Stack.Tcp;

/// <summary>What TCP did and dropped.</summary>
public sealed class TcpCounters
{
}
