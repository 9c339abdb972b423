using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Packet;

/// <summary>
/// Opens packet sockets (packet(7)) on an interface that is there, in the network namespace of the calling
/// thread: a receive ring each, a filter that lets only the server's frames pass, and a virtio-net header for
/// checksums and segments both ways. Where the kernel has the server's address too, or would forward what is
/// for it, a program on the interface's way in keeps from the kernel what is the server's.
/// </summary>
public static unsafe class PacketInterface
{
    private const ushort AllProtocols = 3;
    private const int AddMembership = 1;
    private const int ReceiveRing = 5;
    private const int CopyThreshold = 7;
    private const int Version = 10;
    private const int ReserveBytes = 12;
    private const int VirtioNetHeader = 15;
    private const int Fanout = 18;
    private const int IgnoreOutgoing = 23;

    private const int Version2 = 1;
    private const ushort Promiscuous = 1;
    private const int FanoutHash = 0;
    private const int FanoutUnique = 0x2000;

    private const uint TcxIngress = 46;
    private const int TcxNext = -1;
    private const int TcxDrop = 2;

    /// <summary>
    /// Bytes that may be on their way out, as the kernel counts them: some hundred of the longest segments.
    /// </summary>
    private const int SendBufferBytes = 32 << 20;

    /// <summary>
    /// Bytes that may wait beside the ring, as the kernel counts them: some hundred of what it merges.
    /// </summary>
    private const int ReceiveBufferBytes = 16 << 20;

    /// <summary>Whether packet sockets can be had: null, or the kernel's reason.</summary>
    public static string? Probe() => SocketProbe.Fault(Syscalls.AddressFamilyPacket);

    /// <summary>Opens one socket for each queue.</summary>
    /// <exception cref="LinkException">They cannot be had; the message says what to do.</exception>
    public static LinkGrant Open(InterfaceOptions options)
    {
        InterfaceFacts facts = InterfaceFacts.Read(options.Name);
        InterfaceIdentity identity = InterfaceIdentity.Of(options, facts);
        List<int> opened = [];
        try
        {
            int? cell = CellFor(options, identity);
            if (cell is { } made)
            {
                opened.Add(made);
            }
            var scope = new FrameScope(identity.Address.Address, identity.IsShared, options.Ports)
            {
                Cell = cell,
            };
            int[] held = identity.IsShared || facts.ForwardsPackets
                ? [KeepFromKernel(options, facts, identity, scope)]
                : [];
            opened.AddRange(held);
            int[][] queues = new int[options.Queues][];
            int? group = null;
            for (int i = 0; i < queues.Length; i++)
            {
                int socket = OpenSocket(options.Name);
                opened.Add(socket);
                Configure(socket, options, facts, identity, scope);
                Bind(socket, facts);
                group = queues.Length > 1 ? Join(socket, group, options.Name) : null;
                queues[i] = [socket];
            }
            int segmentBytes = SegmentBytes(options, facts);
            return identity.ToGrant(LinkKind.Packet, options, facts, queues) with
            {
                SegmentationMaxBytes = segmentBytes,
                NeighborSegmentationMaxBytes = segmentBytes,
                Offloads = facts.Offloads,
                Mode = identity.NeedsPromiscuous ? "receive ring, promiscuous" : "receive ring",
                Held = held,
                SilencesKernel = held.Length > 0,
                AddressCell = cell,
            };
        }
        catch
        {
            opened.ForEach(descriptor => Syscalls.Close(descriptor));
            throw;
        }
    }

    /// <summary>
    /// What the interface cuts by itself, where it does, and does not leave to the processor.
    /// </summary>
    private static int SegmentBytes(InterfaceOptions options, InterfaceFacts facts) => !options.Offload
        ? 0
        : Math.Min(
            options.SegmentBytes,
            facts.SegmentationLimit is { } limit ? limit - 1 - EthernetHeader.Length : LinkGrant.PacketMax);

    /// <summary>What an operator is told when there is no packet socket.</summary>
    internal static string SocketFault(string name, int error) => error switch
    {
        NativeError.NotPermitted or NativeError.AccessDenied =>
            $"A packet socket on {name} needs CAP_NET_RAW: run as root, give the process or its container " +
            "the capability (--cap-add NET_RAW), or use link.kind tap.",
        NativeError.NoFamily =>
            "This kernel has no packet sockets: load the module (modprobe af_packet), or use link.kind tap.",
        _ => $"A packet socket on {name} does not open: {NativeError.Describe(error)}.",
    };

    /// <summary>What an operator is told when the kernel cannot be kept from what is the server's.</summary>
    internal static string KernelFault(
        InterfaceOptions options, InterfaceIdentity identity, string reason) => identity.IsShared
        ? $"The kernel has the address {identity.Address.Address} too and would answer the server's " +
            $"connections with resets; what keeps it silent cannot be attached to {options.Name}: {reason} " +
            "Needed are Linux 6.6 and CAP_BPF with CAP_NET_ADMIN (root outside of user namespaces); or " +
            "set network.address to one that is the server's alone."
        : $"The host forwards what comes in by {options.Name}, and so would send on what is for the server " +
            $"({identity.Address.Address}); what keeps it from that cannot be attached: {reason} Needed " +
            "are Linux 6.6 and CAP_BPF with CAP_NET_ADMIN (root outside of user namespaces); or turn " +
            $"forwarding off there ('sysctl net.ipv4.conf.{options.Name}.forwarding=0').";

    /// <summary>
    /// Where the programs read a shared address that is followed; null: it is a constant in them.
    /// </summary>
    /// <exception cref="LinkException">The kernel has no such memory.</exception>
    internal static int? CellFor(InterfaceOptions options, InterfaceIdentity identity)
    {
        try
        {
            return identity.IsShared && options.FollowsAddress
                ? AddressCell.Create(identity.Address.Address)
                : null;
        }
        catch (LinkException e)
        {
            throw new LinkException(KernelFault(options, identity, e.Message));
        }
    }

    /// <summary>The descriptor of the attached program, which ends with it.</summary>
    private static int KeepFromKernel(
        InterfaceOptions options, InterfaceFacts facts, InterfaceIdentity identity, FrameScope scope)
    {
        int program;
        try
        {
            program = BpfProgram.Load(
                BpfProgramType.Classifier,
                FrameMatcher.Build(scope, BpfContext.SocketBuffer, ours: TcxDrop, others: TcxNext));
        }
        catch (LinkException e)
        {
            throw new LinkException(KernelFault(options, identity, e.Message));
        }
        int link = BpfProgram.TryAttach(program, facts.Index, TcxIngress, flags: 0);
        int error = NativeError.Last;
        _ = Syscalls.Close(program);
        return link >= 0
            ? link
            : throw new LinkException(KernelFault(options, identity, NativeError.Describe(error) + "."));
    }

    private static int OpenSocket(string name)
    {
        // Without a protocol nothing arrives before the filter is there and the socket is bound.
        int socket = Syscalls.Socket(
            Syscalls.AddressFamilyPacket,
            Syscalls.SocketRaw | Syscalls.CloseOnExec | Syscalls.SocketNonBlocking,
            protocol: 0);
        return socket >= 0 ? socket : throw new LinkException(SocketFault(name, NativeError.Last));
    }

    private static void Configure(
        int socket, InterfaceOptions options, InterfaceFacts facts, InterfaceIdentity identity,
        FrameScope scope)
    {
        string name = options.Name;
        if (scope.Cell is null)
        {
            FilterInstruction[] code = PacketFilter.Build(
                identity.NeedsPromiscuous ? identity.Mac : null, identity.Address.Address,
                identity.IsShared ? options.Ports : null);
            Check(ClassicFilter.Attach(socket, code), "the filter for the server's frames", name);
        }
        else
        {
            int error = SocketFilter.Attach(socket, scope with { IsCopied = true, HearsAllArp = true });
            if (error != 0)
            {
                throw Refused(error, "the filter for the server's frames", name);
            }
        }
        Set(socket, Version, Version2, "TPACKET_V2", name);
        Set(socket, VirtioNetHeader, 1, "the virtio-net header", name);
        Set(socket, ReserveBytes, PacketSlots.Reserve, "room before frames", name);
        Set(socket, IgnoreOutgoing, 1, "PACKET_IGNORE_OUTGOING (Linux 4.20)", name);

        // The interface's queue is not passed by (PACKET_QDISC_BYPASS): a driver that is busy drops what
        // comes beside it, and the kernel drops segments there that it would have to cut itself (packet(7)).
        Set(socket, CopyThreshold, 1, "to queue what is longer than a slot", name);
        var slots = PacketSlots.For(identity.Mtu);
        var ring = new RingRequest
        {
            BlockLength = PacketSlots.BlockLength,
            BlockCount = PacketSlots.BlockCount,
            SlotLength = (uint)slots.Length,
            SlotCount = (uint)slots.Count,
        };
        Check(
            Syscalls.SetSocketOption(
                socket, Syscalls.LevelPacket, ReceiveRing, &ring, (uint)sizeof(RingRequest)),
            "a receive ring of 32 MB", name);
        SocketBuffer.Set(socket, Syscalls.SendBufferForce, Syscalls.SendBuffer, SendBufferBytes);
        SocketBuffer.Set(socket, Syscalls.ReceiveBufferForce, Syscalls.ReceiveBuffer, ReceiveBufferBytes);
        if (identity.NeedsPromiscuous)
        {
            var membership = new Membership { Index = (int)facts.Index, Type = Promiscuous };
            Check(
                Syscalls.SetSocketOption(
                    socket, Syscalls.LevelPacket, AddMembership, &membership, (uint)sizeof(Membership)),
                "promiscuous mode", name);
        }
    }

    private static void Bind(int socket, InterfaceFacts facts)
    {
        var address = new PacketAddress
        {
            Family = Syscalls.AddressFamilyPacket,
            Protocol = BinaryPrimitives.ReverseEndianness(AllProtocols),
            Index = (int)facts.Index,
        };
        Check(
            Syscalls.Bind(socket, &address, (uint)sizeof(PacketAddress)), "to be listened to", facts.Name);
    }

    /// <summary>
    /// Joins the sockets of an interface into a group, in which each flow has one; the group's number.
    /// </summary>
    private static int Join(int socket, int? group, string name)
    {
        int value = ((FanoutHash | (group is null ? FanoutUnique : 0)) << 16) | (group ?? 0);
        Check(
            Syscalls.SetSocketOption(socket, Syscalls.LevelPacket, Fanout, &value, sizeof(int)),
            "a group of sockets (PACKET_FANOUT)", name);
        uint length = sizeof(int);
        Check(
            Syscalls.GetSocketOption(socket, Syscalls.LevelPacket, Fanout, &value, &length),
            "to tell of its group of sockets", name);
        return value & ushort.MaxValue;
    }

    private static void Set(int socket, int option, int value, string what, string name) => Check(
        Syscalls.SetSocketOption(socket, Syscalls.LevelPacket, option, &value, sizeof(int)), what, name);

    private static void Check(int result, string what, string name)
    {
        if (result < 0)
        {
            throw Refused(NativeError.Last, what, name);
        }
    }

    private static LinkException Refused(int error, string what, string name) => new(
        error is NativeError.NotPermitted or NativeError.AccessDenied
            ? SocketFault(name, error)
            : $"The packet socket on {name} refuses {what}: {NativeError.Describe(error)}.");

    /// <summary>struct tpacket_req.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RingRequest
    {
        public uint BlockLength;
        public uint BlockCount;
        public uint SlotLength;
        public uint SlotCount;
    }

    /// <summary>struct packet_mreq.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Membership
    {
        public int Index;
        public ushort Type;
        public ushort AddressLength;
        public ulong Address;
    }
}
