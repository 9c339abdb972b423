using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Content;

/// <summary>Is told, on the shard's thread, how a change ended.</summary>
public interface IChangeOwner
{
    /// <summary>The connection that ends when telling it fails.</summary>
    StreamId Stream => default;

    /// <summary>The change ended, in the generation that the shard serves from now on.</summary>
    void OnChanged(ChangeResult result);
}
