namespace Straightwire.Devices;

/// <summary>What an interface does for a kernel's stack (ethtool -k); null: it does not tell.</summary>
/// <param name="TransmitChecksum">It completes checksums of what is sent.</param>
/// <param name="ReceiveChecksum">It verifies checksums of what arrives.</param>
/// <param name="Segmentation">It cuts TCP segments (TSO).</param>
/// <param name="MergesInKernel">The kernel merges received segments (GRO).</param>
/// <param name="MergesInHardware">It merges received segments itself (LRO).</param>
public readonly record struct InterfaceOffloads(
    bool? TransmitChecksum,
    bool? ReceiveChecksum,
    bool? Segmentation,
    bool? MergesInKernel,
    bool? MergesInHardware)
{
    private const uint GetReceiveChecksum = 0x14;
    private const uint GetTransmitChecksum = 0x16;
    private const uint GetSegmentation = 0x1E;
    private const uint GetFlags = 0x25;
    private const uint GetMerging = 0x2B;
    private const uint HardwareMergingFlag = 1 << 15;

    /// <summary>Asks the kernel, in the network namespace of the calling thread.</summary>
    /// <exception cref="LinkException">It gives no socket to ask by.</exception>
    public static InterfaceOffloads Read(string name)
    {
        using var route = new RouteSocket();
        return new InterfaceOffloads(
            IsSet(GetTransmitChecksum),
            IsSet(GetReceiveChecksum),
            IsSet(GetSegmentation),
            IsSet(GetMerging),
            (route.EthtoolValue(name, GetFlags) & HardwareMergingFlag) is { } flag ? flag != 0 : null);

        bool? IsSet(uint command) => route.EthtoolValue(name, command) is { } value ? value != 0 : null;
    }
}
