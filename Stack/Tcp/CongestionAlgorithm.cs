namespace Straightwire.Stack.Tcp;

/// <summary>Which congestion control new connections use.</summary>
public enum CongestionAlgorithm
{
    /// <summary>CUBIC (RFC 9438): by the time since the last loss.</summary>
    Cubic,

    /// <summary>RFC 5681 and 6582.</summary>
    NewReno,
}
