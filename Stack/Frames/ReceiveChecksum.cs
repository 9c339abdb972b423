namespace Straightwire.Stack.Frames;

/// <summary>What a link knows about the checksums of a received frame.</summary>
public enum ReceiveChecksum : byte
{
    /// <summary>Nothing: verify in software.</summary>
    Unverified,

    /// <summary>
    /// Verified, or partial from a sender on the same machine (virtio NEEDS_CSUM): the bytes were never on a
    /// wire.
    /// </summary>
    Trusted,
}
