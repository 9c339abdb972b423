using System.Runtime.CompilerServices;

namespace Straightwire.Stack.Wire;

/// <summary>
/// A connection's four names: 36 bytes, padded to 40. The addresses stand before the ports, so that nothing
/// is lost between them.
/// </summary>
public readonly record struct FlowKey
{
    /// <summary>Takes the names, ours first.</summary>
    public FlowKey(IpAddress localAddress, ushort localPort, IpAddress remoteAddress, ushort remotePort)
    {
        (LocalAddress, LocalPort) = (localAddress, localPort);
        (RemoteAddress, RemotePort) = (remoteAddress, remotePort);
    }

    /// <summary>The address at our end.</summary>
    public IpAddress LocalAddress { get; init; }

    /// <summary>The address at the peer's end.</summary>
    public IpAddress RemoteAddress { get; init; }

    /// <summary>The port at our end.</summary>
    public ushort LocalPort { get; init; }

    /// <summary>The port at the peer's end.</summary>
    public ushort RemotePort { get; init; }

    /// <summary>Whether it is the same flow, found out without a copy and without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(in FlowKey other) =>
        ((RemoteAddress.Low ^ other.RemoteAddress.Low)
            | (RemoteAddress.High ^ other.RemoteAddress.High)
            | (LocalAddress.Low ^ other.LocalAddress.Low)
            | (LocalAddress.High ^ other.LocalAddress.High)
            | (uint)((RemotePort ^ other.RemotePort) | (LocalPort ^ other.LocalPort))) == 0;
}
