using Straightwire.Devices.Network;
using Straightwire.Devices.Tap;
using Straightwire.Stack.Link;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>A host behind a TAP.</summary>
internal sealed class TapPeer : LinkPeer
{
    public TapPeer(bool offload = true)
    {
        LinkGrant grant = TapInterface.Open(Options with { HostMac = HostMac, Offload = offload });
        Tap = new TapDevice(grant, queue: 0, Regions);
        Tap.Attach(Pool);
    }

    public static TapOptions Options { get; } = new()
    {
        Name = "sw0",
        HostAddress = new Ipv4Prefix(Host, 24),
        Mac = Mac,
        Address = new Ipv4Prefix(Own, 24),
    };

    public TapDevice Tap { get; }

    /// <inheritdoc/>
    public override ILinkDevice Device => Tap;
}
