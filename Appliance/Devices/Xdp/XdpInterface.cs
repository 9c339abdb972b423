using System.Runtime.InteropServices;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// Opens AF_XDP on an interface that is there: a program on the interface's way in takes the server's frames
/// (<see cref="FrameScope"/>) to sockets of ours, one for each receive queue, and leaves everything else to
/// the kernel's stack. The program is attached by a descriptor, so that it is gone when the process ends
/// however it ends.
/// </summary>
public static unsafe class XdpInterface
{
    private const byte MoveImmediate = 0xB7;
    private const byte Exit = 0x95;
    private const int Pass = 2;
    private const int AddMembership = 1;
    private const ushort Promiscuous = 1;

    /// <summary>
    /// Opens it in the network namespace of the calling thread; needs CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF
    /// in the first user namespace. What it had to do without is in <see cref="LinkGrant.Notes"/>.
    /// </summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static LinkGrant Open(InterfaceOptions options) =>
        OpenOn(InterfaceFacts.Read(options.Name), options);

    private static LinkGrant OpenOn(InterfaceFacts facts, InterfaceOptions options)
    {
        var notes = new List<string>();
        InterfaceIdentity identity = Shortened(InterfaceIdentity.Of(options, facts), facts, notes);
        int count = QueuesOf(options, facts, notes);
        var opened = new List<int>();
        try
        {
            int? cell = PacketInterface.CellFor(options, identity);
            if (cell is { } made)
            {
                opened.Add(made);
            }
            var scope = new FrameScope(identity.Address.Address, identity.IsShared, options.Ports)
            {
                Cell = cell,
            };
            int[][] queues = new int[count][];
            bool hasMetadata = false;
            for (int i = 0; i < queues.Length; i++)
            {
                queues[i] = XdpQueue.Open(facts, identity, scope, i == 0, opened, out hasMetadata);
            }
            int before = opened.Count;
            bool isNative = Attach(facts, scope, queues, opened, notes);
            for (int i = 0; i < queues.Length; i++)
            {
                XdpProbe.Run(facts, i);
            }
            if (identity.NeedsPromiscuous)
            {
                opened.Add(HoldPromiscuous(facts));
            }
            return identity.ToGrant(LinkKind.Xdp, options, facts, queues) with
            {
                MtuMax = XdpLayout.For(identity.Mtu).MtuMaxOfFrame,
                SilencesKernel = true,
                AddressCell = cell,
                Offload = options.Offload && hasMetadata,
                Offloads = facts.Offloads,
                HasUnfinishedChecksums = !isNative || facts.HasLocalSenders,
                Mode = isNative ? NativeMode(facts, notes) : XdpMode.Generic,
                Notes = [.. notes],
                Held = [.. opened.Skip(before)],
            };
        }
        catch
        {
            opened.ForEach(descriptor => _ = Syscalls.Close(descriptor));
            throw;
        }
    }

    /// <summary>Whether AF_XDP sockets can be had: null, or the kernel's reason.</summary>
    public static string? ProbeSocket() => SocketProbe.Fault(Syscalls.AddressFamilyXdp);

    /// <summary>
    /// Loads an XDP program that passes everything on; null when that works, or why not and what to do.
    /// </summary>
    public static string? ProbeProgram()
    {
        try
        {
            int descriptor = BpfProgram.Load(
                BpfProgramType.Xdp, [new(MoveImmediate, 0, 0, Pass), new(Exit, 0, 0, 0)]);
            return SocketProbe.Closed(descriptor, null);
        }
        catch (LinkException e)
        {
            return e.Message;
        }
    }

    /// <summary>As <see cref="Open"/>, where the driver sends and receives in our memory.</summary>
    /// <exception cref="LinkException">It cannot be had, or only with copies.</exception>
    public static LinkGrant OpenZeroCopy(InterfaceOptions options)
    {
        InterfaceFacts facts = InterfaceFacts.Read(options.Name);
        return XdpFeatures.OffersZeroCopy(facts.Index) switch
        {
            true => OpenOn(facts, options),
            false => throw new LinkException($"The driver of {facts.Name} offers none."),
            null => throw new LinkException(
                $"The kernel does not tell whether the driver of {facts.Name} offers it (Linux 6.3 does)."),
        };
    }

    private static InterfaceIdentity Shortened(
        InterfaceIdentity identity, InterfaceFacts facts, List<string> notes)
    {
        if (identity.Mtu <= XdpLayout.MtuMax)
        {
            return identity;
        }
        notes.Add(
            $"AF_XDP has frames of one page: packets of up to {XdpLayout.MtuMax} bytes are sent and " +
            $"received on {facts.Name}, whose MTU is {identity.Mtu}.");
        return identity with { Mtu = XdpLayout.MtuMax };
    }

    private static string NativeMode(InterfaceFacts facts, List<string> notes)
    {
        switch (XdpFeatures.OffersZeroCopy(facts.Index))
        {
            case true:
                return XdpMode.ZeroCopy;
            case false:
                notes.Add($"The driver of {facts.Name} offers no zero copy: copy mode.");
                return XdpMode.Copy;
            default:
                return XdpMode.Native;
        }
    }

    /// <summary>
    /// One for each shard, as far as there are. Frames that arrive on a queue without a socket would go to
    /// the kernel.
    /// </summary>
    private static int QueuesOf(InterfaceOptions options, InterfaceFacts facts, List<string> notes)
    {
        if (facts.ReceiveQueues > options.Queues)
        {
            throw new LinkException(
                $"The interface {facts.Name} has {facts.ReceiveQueuesText}, and the server " +
                $"takes {options.Queues}, one for each shard, so that it would not see what arrives on the " +
                "others: " +
                $"run as many shards, or give the interface fewer queues " +
                $"('ethtool -L {facts.Name} combined {options.Queues}', of a veth 'rx {options.Queues}').");
        }
        if (facts.ReceiveQueues < options.Queues && options.AreQueuesConfigured)
        {
            notes.Add(
                $"The interface {facts.Name} has {facts.ReceiveQueuesText}, and a shard needs one of its " +
                $"own: {facts.ReceiveQueues} of {options.Queues} shards run ('ethtool -L {facts.Name} " +
                $"combined {options.Queues}' may give more queues).");
        }
        return Math.Min(facts.ReceiveQueues, options.Queues);
    }

    /// <summary>
    /// Attaches the program to the driver, or where that cannot be to the kernel's general place; true for
    /// the driver. Opens the map and the attachment.
    /// </summary>
    private static bool Attach(
        InterfaceFacts facts,
        FrameScope scope,
        int[][] queues,
        List<int> opened,
        List<string> notes)
    {
        int map = BpfProgram.CreateSocketMap(queues.Length);
        opened.Add(map);
        for (int i = 0; i < queues.Length; i++)
        {
            int error = BpfProgram.Update(map, (uint)i, (uint)queues[i][XdpQueue.Socket]);
            if (error != 0)
            {
                throw XdpQueue.Refused("an AF_XDP socket in a map", facts, error);
            }
        }
        int program = BpfProgram.Load(
            BpfProgramType.Xdp, FrameMatcher.BuildRedirect(scope, map), BpfProgram.TakesFragments);
        try
        {
            return Attach(program, facts, opened, notes);
        }
        finally
        {
            _ = Syscalls.Close(program);
        }
    }

    private static bool Attach(int program, InterfaceFacts facts, List<int> opened, List<string> notes)
    {
        int native = BpfProgram.TryAttach(
            program, facts.Index, XdpNumbers.AttachType, XdpNumbers.AttachNative);
        if (native >= 0)
        {
            opened.Add(native);
            return true;
        }
        int error = NativeError.Last;
        if (error is NativeError.Busy or NativeError.Exists)
        {
            throw new LinkException(
                $"There is an XDP program on {facts.Name} already: end what put it there, or remove it " +
                $"('ip link set {facts.Name} xdp off').");
        }
        notes.Add(
            $"The driver of {facts.Name} runs no XDP program ({NativeError.Describe(error)}): generic mode.");
        int generic = BpfProgram.TryAttach(
            program, facts.Index, XdpNumbers.AttachType, XdpNumbers.AttachGeneric);
        if (generic < 0)
        {
            throw XdpQueue.Refused("an XDP program", facts, NativeError.Last);
        }
        opened.Add(generic);
        return false;
    }

    /// <summary>A socket that keeps the interface promiscuous for as long as it is open.</summary>
    private static int HoldPromiscuous(InterfaceFacts facts)
    {
        int socket = Syscalls.Socket(
            Syscalls.AddressFamilyPacket, Syscalls.SocketRaw | Syscalls.CloseOnExec, 0);
        var membership = new Membership { Interface = (int)facts.Index, Type = Promiscuous };
        if (socket < 0
            || Syscalls.SetSocketOption(
                socket, Syscalls.LevelPacket, AddMembership, &membership, (uint)sizeof(Membership)) < 0)
        {
            int error = NativeError.Last;
            _ = Syscalls.Close(socket);
            throw XdpQueue.Refused("promiscuous mode", facts, error);
        }
        return socket;
    }

    /// <summary>struct packet_mreq.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Membership
    {
        public int Interface;
        public ushort Type;
        public ushort AddressLength;
        public ulong Address;
    }
}
