using Straightwire.Devices.Native;

namespace Straightwire.Devices.Network;

/// <summary>The loopback interface of the network namespace of the calling thread.</summary>
public static class LoopbackInterface
{
    /// <summary>The kernel gives it this index in every namespace,</summary>
    private const uint Index = 1;

    /// <summary>this MTU</summary>
    private const int Mtu = 65_536;

    /// <summary>and this queue length.</summary>
    private const int QueueLength = 1000;

    /// <summary>Brings "lo" of the thread's network namespace up.</summary>
    /// <exception cref="LinkException">That is not allowed.</exception>
    public static void Up()
    {
        using var route = new RouteSocket();
        int error = route.BringUp(Index, mac: null, Mtu, QueueLength);
        if (error != 0)
        {
            throw new LinkException($"The loopback does not come up: {NativeError.Describe(error)}.");
        }
    }
}
