namespace Straightwire.Stack.Tcp;

/// <summary>What building a segment came to.</summary>
public enum BuildResult
{
    /// <summary>There is nothing to send now.</summary>
    Idle,

    /// <summary>A segment is pending in the batch; there may be another.</summary>
    Built,

    /// <summary>The next hop or the content is not there yet.</summary>
    Blocked,

    /// <summary>The content is gone.</summary>
    Faulted,
}
