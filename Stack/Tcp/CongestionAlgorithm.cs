namespace Straightwire.Stack.Tcp;

/// <summary>Which congestion control new connections use.</summary>
public enum CongestionAlgorithm
{
    /// <summary>RFC 9438.</summary>
    Cubic,

    /// <summary>RFC 5681 and 6582.</summary>
    NewReno,
}
