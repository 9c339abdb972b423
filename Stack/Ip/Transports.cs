using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Ip;

/// <summary>Who takes the packets of each protocol, over either version of IP.</summary>
internal sealed class Transports
{
    private readonly ITransport?[] _byProtocol = new ITransport?[byte.MaxValue + 1];

    /// <summary>One more takes packets.</summary>
    public void Add(ITransport transport)
    {
        Invariant.Assert(Of(transport.Protocol) is null, "a protocol has one transport");
        _byProtocol[transport.Protocol] = transport;
    }

    /// <summary>Who takes the packets of a protocol; null: nobody does.</summary>
    public ITransport? Of(byte protocol) => _byProtocol[protocol];
}
