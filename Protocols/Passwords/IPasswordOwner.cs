using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Passwords;

/// <summary>Is told, on the shard's thread, whether a password is right.</summary>
public interface IPasswordOwner
{
    /// <summary>The connection that ends when telling it fails.</summary>
    StreamId Stream => default;

    /// <summary>Its connection is gone, so that no check need be made. From any thread.</summary>
    bool IsGone => false;

    /// <summary>It was checked, or gave way.</summary>
    void OnVerified(PasswordVerdict verdict);
}
