using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Content;

/// <summary>What is asked of an upload.</summary>
/// <param name="Path">Canonical path in the content, without a final slash.</param>
/// <param name="Mode">What becomes of a file that is there.</param>
/// <param name="Offset">Where it goes on, bytes; 0 from the start.</param>
/// <param name="Owner">Whose it is, and what that one may have.</param>
public readonly record struct UploadRequest(string Path, UploadMode Mode, long Offset, ContentOwner Owner)
{
    /// <summary>Who asks: work of different addresses is done in turn.</summary>
    public IpAddress Peer { get; init; }
}
