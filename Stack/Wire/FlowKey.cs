using System.Runtime.CompilerServices;

namespace Straightwire.Stack.Wire;

/// <summary>
/// A connection's four names: 36 bytes, padded to 40. They are kept as words, since what was just written in
/// words is read again at once: a copy of a whole address would wait for both of its halves.
/// </summary>
public readonly record struct FlowKey
{
    private readonly ulong _localHigh, _localLow, _remoteHigh, _remoteLow;

    /// <summary>Takes the names, ours first.</summary>
    public FlowKey(IpAddress localAddress, ushort localPort, IpAddress remoteAddress, ushort remotePort)
    {
        _localHigh = localAddress.High;
        _localLow = localAddress.Low;
        _remoteHigh = remoteAddress.High;
        _remoteLow = remoteAddress.Low;
        LocalPort = localPort;
        RemotePort = remotePort;
    }

    /// <summary>The address at our end.</summary>
    public IpAddress LocalAddress
    {
        get => new(_localHigh, _localLow);
        init => (_localHigh, _localLow) = (value.High, value.Low);
    }

    /// <summary>The address at the peer's end.</summary>
    public IpAddress RemoteAddress
    {
        get => new(_remoteHigh, _remoteLow);
        init => (_remoteHigh, _remoteLow) = (value.High, value.Low);
    }

    /// <summary>The port at our end.</summary>
    public ushort LocalPort { get; init; }

    /// <summary>The port at the peer's end.</summary>
    public ushort RemotePort { get; init; }

    /// <summary>Whether it is the same flow, found out without a copy and without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(in FlowKey other) =>
        ((_remoteLow ^ other._remoteLow)
            | (_remoteHigh ^ other._remoteHigh)
            | (_localLow ^ other._localLow)
            | (_localHigh ^ other._localHigh)
            | (uint)((RemotePort ^ other.RemotePort) | (LocalPort ^ other.LocalPort))) == 0;
}
