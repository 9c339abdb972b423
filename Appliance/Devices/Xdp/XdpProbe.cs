using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// Finds out whether a queue would take the link's socket while another link can still be chosen. The socket
/// itself is bound only by the device that takes it over, perhaps in another image: it maps the rings anew,
/// and those of a bound socket cannot be mapped before Linux 6.4. So a small one is bound in its place.
/// </summary>
internal static unsafe class XdpProbe
{
    private const int RingLength = 1;

    /// <summary>Binds a socket to a queue for a moment.</summary>
    /// <exception cref="LinkException">The kernel refuses, or the queue has another socket.</exception>
    public static void Run(InterfaceFacts facts, int queue)
    {
        var length = (nuint)Environment.SystemPageSize;
        int socket = Syscalls.Socket(
            Syscalls.AddressFamilyXdp, Syscalls.SocketRaw | Syscalls.CloseOnExec, 0);
        if (socket < 0)
        {
            throw XdpQueue.Refused("an AF_XDP socket", facts, NativeError.Last);
        }
        void* memory = NativeMemory.AlignedAlloc(length, length);
        try
        {
            var registration = new XdpMemory
            {
                Address = (ulong)memory,
                Length = length,
                FrameLength = XdpLayout.FrameLengthMin,
            };
            int error = XdpQueue.Set(
                socket, XdpNumbers.RegisterMemory, &registration, (uint)sizeof(XdpMemory));
            if (error != 0)
            {
                throw XdpQueue.Refused("memory for frames", facts, error);
            }
            XdpQueue.MakeRings(socket, RingLength, facts);
            XdpSetup.BindWithCopies(socket, facts.Name, facts.Index, queue);
        }
        finally
        {
            _ = Syscalls.Close(socket);
            NativeMemory.AlignedFree(memory);
        }
    }
}
