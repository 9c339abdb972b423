using Straightwire.Devices.Native;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// Sleeps until an AF_XDP socket, a packet socket beside it, or another thread has something.
/// </summary>
/// <param name="socket">The AF_XDP socket.</param>
/// <param name="arp">The packet socket; −1: there is none.</param>
internal sealed unsafe class XdpWait(int socket, int arp) : IDisposable
{
    private readonly DescriptorWait _wait = new();

    /// <summary>The last wait saw ARP.</summary>
    public bool IsArpReady => _wait.IsBesideReady;

    /// <summary>The error that the socket has told, or 0.</summary>
    public int Error { get; private set; }

    /// <summary>As <see cref="Stack.Link.ILinkDevice.Wait"/>.</summary>
    public void Wait(Instant deadline, bool forRoom)
    {
        if (_wait.Wait(socket, forRoom, deadline, arp))
        {
            int error;
            uint length = sizeof(int);
            _ = Syscalls.GetSocketOption(
                socket, Syscalls.LevelSocket, Syscalls.SocketError, &error, &length);
            Error = error;
        }
    }

    /// <summary>Ends a <see cref="Wait"/>, now or the next one; from any thread.</summary>
    public void Wake() => _wait.Wake();

    /// <inheritdoc/>
    public void Dispose() => _wait.Dispose();
}
