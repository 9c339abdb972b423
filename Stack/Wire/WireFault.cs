namespace Straightwire.Stack.Wire;

/// <summary>Why bytes are no packet.</summary>
public enum WireFault
{
    /// <summary>They are a packet.</summary>
    None,

    /// <summary>Fewer bytes than the header, or than the length that the header tells.</summary>
    Truncated,

    /// <summary>Another version of the protocol.</summary>
    Version,

    /// <summary>A header length below the fixed header, or beyond the packet.</summary>
    HeaderLength,

    /// <summary>A total length below the header's.</summary>
    TotalLength,

    /// <summary>Options that run over their end.</summary>
    Options,

    /// <summary>The checksum is wrong.</summary>
    Checksum,
}
