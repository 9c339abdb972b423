using System.Buffers.Binary;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// What a queue of the link consists of, opened with privilege: an AF_XDP socket with its memory and rings,
/// not bound yet, and the file of that memory, which is mapped again by whoever uses it; on an address that
/// the kernel has too, a packet socket for ARP, which the kernel's stack answers and which teaches us our
/// neighbours as well.
/// </summary>
internal static unsafe class XdpQueue
{
    /// <summary>The places of the descriptors in the grant.</summary>
    public const int Socket = 0;
    public const int Memory = 1;
    public const int Arp = 2;

    private const int SendBufferBytes = 16 << 20;
    private const ushort EtherTypeArp = 0x0806;
    private const uint MemoryCloseOnExec = 1;

    /// <summary>Opens a queue's descriptors.</summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    /// <param name="facts">The interface that the queue is of.</param>
    /// <param name="identity">Who the server is on it.</param>
    /// <param name="scope">Which frames are the server's.</param>
    /// <param name="isFirst">It is the queue that hears copies of ARP; others hear of it from there.</param>
    /// <param name="opened">Gets every descriptor at once, so that a failure closes them.</param>
    /// <param name="hasMetadata">The kernel takes metadata for checksums with what is sent.</param>
    public static int[] Open(
        InterfaceFacts facts, InterfaceIdentity identity, FrameScope scope, bool isFirst, List<int> opened,
        out bool hasMetadata)
    {
        int socket = Kept(
            Syscalls.Socket(Syscalls.AddressFamilyXdp, Syscalls.SocketRaw | Syscalls.CloseOnExec, 0),
            opened,
            "an AF_XDP socket",
            facts);
        int memory = Kept(
            Syscalls.MemoryFile("straightwire-xdp", MemoryCloseOnExec), opened, "memory for frames", facts);
        hasMetadata = Register(socket, memory, XdpLayout.For(identity.Mtu), facts);
        MakeRings(socket, XdpLayout.RingLength, facts);
        SetSending(socket);
        return isFirst
            ? [socket, memory, OpenArp(facts, scope, opened)]
            : [socket, memory];
    }

    /// <summary>What an operator is told.</summary>
    internal static LinkException Refused(string what, InterfaceFacts facts, int error) => new(
        error switch
        {
            NativeError.NotPermitted =>
                $"AF_XDP on {facts.Name} needs privilege: run as root, or give the process CAP_NET_RAW, " +
                "CAP_NET_ADMIN and CAP_BPF.",
            NativeError.NoBuffers =>
                $"The memory that AF_XDP on {facts.Name} shares with the kernel is more than this process " +
                "may lock: raise its limit (ulimit -l unlimited; LimitMEMLOCK=infinity), or give it " +
                "CAP_IPC_LOCK.",
            NativeError.NoFamily => "This kernel has no AF_XDP: choose another link.",
            _ => $"The kernel refuses {what} on {facts.Name}: {NativeError.Describe(error)}.",
        });

    private static int Kept(int descriptor, List<int> opened, string what, InterfaceFacts facts)
    {
        if (descriptor < 0)
        {
            throw Refused(what, facts, NativeError.Last);
        }
        opened.Add(descriptor);
        return descriptor;
    }

    /// <summary>
    /// The kernel keeps the pages, so that they need be mapped only while it is told of them. False when it
    /// takes no metadata, which it does since Linux 6.11.
    /// </summary>
    private static bool Register(int socket, int memory, XdpLayout layout, InterfaceFacts facts)
    {
        nint mapped = Syscalls.SetFileLength(memory, layout.Length) < 0
            ? Syscalls.MapFailed
            : Syscalls.Map(
                0,
                (nuint)layout.Length,
                Syscalls.ProtectRead | Syscalls.ProtectWrite,
                Syscalls.MapShared | Syscalls.MapPopulate,
                memory,
                0);
        if (mapped == Syscalls.MapFailed)
        {
            throw Refused($"{layout.Length} bytes of memory", facts, NativeError.Last);
        }
        var registration = new XdpMemory
        {
            Address = (ulong)mapped,
            Length = (ulong)layout.Length,
            FrameLength = (uint)layout.FrameLength,
            Flags = XdpNumbers.MemoryHasMetadata,
            MetadataLength = XdpLayout.MetadataLength,
        };
        int error = Set(socket, XdpNumbers.RegisterMemory, &registration, (uint)sizeof(XdpMemory));
        bool hasMetadata = error == 0;
        if (error == NativeError.Invalid)
        {
            registration.Flags = registration.MetadataLength = 0;
            error = Set(socket, XdpNumbers.RegisterMemory, &registration, (uint)sizeof(XdpMemory));
        }
        _ = Syscalls.Unmap(mapped, (nuint)layout.Length);
        return error == 0 ? hasMetadata : throw Refused("memory for frames", facts, error);
    }

    /// <summary>Makes the four rings, of so many descriptors each.</summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    internal static void MakeRings(int socket, int length, InterfaceFacts facts)
    {
        ReadOnlySpan<int> rings =
        [
            XdpNumbers.FillRing, XdpNumbers.CompletionRing, XdpNumbers.ReceiveRing, XdpNumbers.TransmitRing,
        ];
        foreach (int ring in rings)
        {
            int error = Set(socket, ring, &length, sizeof(int));
            if (error != 0)
            {
                throw Refused("a ring of AF_XDP", facts, error);
            }
        }
    }

    private static void SetSending(int socket)
    {
        int length = XdpLayout.RingLength;

        // Kernels before 6.17 send 32 frames a call, and are called again.
        _ = Set(socket, XdpNumbers.TransmitBudget, &length, sizeof(int));
        SocketBuffer.Set(socket, Syscalls.SendBufferForce, Syscalls.SendBuffer, SendBufferBytes);
    }

    /// <summary>
    /// Protocol 0 until its filter stands, so that nothing comes that the filter would not pass.
    /// </summary>
    private static int OpenArp(InterfaceFacts facts, FrameScope scope, List<int> opened)
    {
        int socket = Kept(
            Syscalls.Socket(
                Syscalls.AddressFamilyPacket,
                Syscalls.SocketRaw | Syscalls.NonBlocking | Syscalls.CloseOnExec,
                0),
            opened,
            "a packet socket",
            facts);
        int error = SocketFilter.Attach(socket, scope with { IsShared = false, HearsAllArp = true });
        if (error != 0)
        {
            throw Refused("a filter on a packet socket", facts, error);
        }
        var bound = new PacketAddress
        {
            Family = Syscalls.AddressFamilyPacket,
            Protocol = BinaryPrimitives.ReverseEndianness(EtherTypeArp),
            Index = (int)facts.Index,
        };
        return Syscalls.Bind(socket, &bound, (uint)sizeof(PacketAddress)) == 0
            ? socket
            : throw Refused("a packet socket", facts, NativeError.Last);
    }

    /// <summary>Sets an option of AF_XDP; the error, or 0.</summary>
    internal static int Set(int socket, int option, void* value, uint length) =>
        Syscalls.SetSocketOption(socket, Syscalls.LevelXdp, option, value, length) < 0 ? NativeError.Last : 0;
}
