namespace Straightwire.Stack.Tcp;

/// <summary>What peers have shares of.</summary>
public enum PeerShare
{
    /// <summary>Frames of generated answers.</summary>
    Frames,

    /// <summary>Slices of send queues.</summary>
    Slices,

    /// <summary>Receive buffers of a whole window.</summary>
    LargeBuffers,

    /// <summary>Small receive buffers.</summary>
    SmallBuffers,

    /// <summary>Boards of what was SACKed.</summary>
    Scoreboards,
}
