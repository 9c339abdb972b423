namespace Straightwire.Stack.Wire;

/// <summary>What an ICMP error said of a flow of ours.</summary>
public enum PathError
{
    /// <summary>Type 3, codes 0, 1, 5: soft errors (RFC 5461).</summary>
    Unreachable,

    /// <summary>Type 3, codes 2, 3: hard errors.</summary>
    PortUnreachable,

    /// <summary>Type 3, code 4 (RFC 1191).</summary>
    FragmentationNeeded,

    /// <summary>Type 11: hops or time were used up.</summary>
    TimeExceeded,
}
