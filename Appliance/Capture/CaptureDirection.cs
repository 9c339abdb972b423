namespace Straightwire.Appliance.Capture;

/// <summary>Which way a captured frame went.</summary>
public enum CaptureDirection
{
    /// <summary>From the network to the server.</summary>
    In = 1,

    /// <summary>From the server to the network.</summary>
    Out = 2,
}
