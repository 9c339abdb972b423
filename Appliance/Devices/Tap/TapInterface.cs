using System.Runtime.InteropServices;
using System.Text;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Tap;

/// <summary>
/// Creates and configures a TAP interface: ioctl on the control device, then rtnetlink, all in the network
/// namespace of the calling thread. The interface lives as long as the descriptor, so it is gone when the
/// process ends however it ends.
/// </summary>
public static unsafe class TapInterface
{
    private const nuint SetInterface = 0x400454CA;
    private const nuint SetOffload = 0x400454D0;

    // Given for every queue or for none. The first queue makes the interface, exclusively; the others, each
    // on a descriptor of its own, join it.
    private const ushort MultiQueue = 0x0100;
    private const ushort Tap = 0x0002;
    private const ushort NoPacketInformation = 0x1000;
    private const ushort VirtioNetHeader = 0x4000;
    private const ushort Exclusive = 0x8000;

    private const nuint OffloadChecksum = 1;
    private const nuint OffloadTcpV4 = 2;

    private const int NameMax = 15;
    private const int RequestLength = 40;

    /// <summary>
    /// Creates the interface in the network namespace of the calling thread, gives it the host's address and
    /// brings it up; its descriptors do not block.
    /// </summary>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static LinkGrant Open(TapOptions options)
    {
        int[][] queues = Create(options, out InterfaceFacts made);
        bool takesMore = made.SegmentationLimit is not null;
        return new LinkGrant
        {
            Kind = LinkKind.Tap,
            Interface = options.Name,
            Index = made.Index,
            Mtu = options.Mtu,
            Offload = options.Offload,
            SegmentationMaxBytes = SegmentBytes(options, takesMore: false),
            NeighborSegmentationMaxBytes = SegmentBytes(options, takesMore),
            Mac = options.Mac,
            Address = options.Address,
            Gateway = options.Gateway,
            Queues = queues,
        };
    }

    private static int SegmentBytes(TapOptions options, bool takesMore) => !options.Offload
        ? 0
        : takesMore ? options.SegmentBytes : Math.Min(options.SegmentBytes, LinkGrant.PacketMax);

    /// <summary>Its queues, and what the kernel tells of it.</summary>
    private static int[][] Create(TapOptions options, out InterfaceFacts made)
    {
        if (!IsName(options.Name))
        {
            throw new LinkException(
                $"'{options.Name}' cannot name a network interface: choose 1 to {NameMax} ASCII characters " +
                "without space, '/', ':' and '%'.");
        }
        var descriptors = new List<int>();
        try
        {
            descriptors.Add(OpenControl(options.ControlPath));
            using var route = new RouteSocket();
            RefuseOverlap(options.HostAddress, route.Addresses());
            Attach(descriptors[0], options, Exclusive);
            for (int queue = 1; queue < options.Queues; queue++)
            {
                descriptors.Add(OpenControl(options.ControlPath));
                Attach(descriptors[queue], options, flags: 0);
            }
            Configure(route, options);
            made = route.Links().Find(link => link.Name == options.Name)
                ?? throw new LinkException($"The TAP {options.Name} is gone right after its creation.");
            return [.. descriptors.Select(descriptor => new[] { descriptor })];
        }
        catch
        {
            descriptors.ForEach(static descriptor => _ = Syscalls.Close(descriptor));
            throw;
        }
    }

    /// <summary>Opens the control device; null when that works, or why not and what to do.</summary>
    public static string? Probe(string path)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            int descriptor = Syscalls.Open(bytes, Syscalls.OpenReadWrite | Syscalls.CloseOnExec);
            string? fault = descriptor < 0 ? ControlFault(path, NativeError.Last) : null;
            return SocketProbe.Closed(descriptor, fault);
        }
    }

    /// <summary>What an operator is told when the control device cannot be opened.</summary>
    internal static string ControlFault(string path, int error) => error switch
    {
        NativeError.NoEntry or NativeError.NoDevice or NativeError.NoDeviceAddress =>
            $"There is no {path} to make a TAP from: load the driver (modprobe tun), and give a container " +
            $"the device (--device {path}).",
        NativeError.NotPermitted or NativeError.AccessDenied =>
            $"Opening {path} is not allowed: run as root, let your user read and write it " +
            $"(chmod 0666 {path}), or give a container the device (--device {path}).",
        _ => $"{path} does not open: {NativeError.Describe(error)}.",
    };

    /// <summary>What an operator is told when the interface cannot be created.</summary>
    internal static string AttachFault(string name, int error) => error switch
    {
        NativeError.NotPermitted =>
            $"Creating the TAP {name} needs CAP_NET_ADMIN: run as root, give a container the capability " +
            "(--cap-add NET_ADMIN), or use 'straightwire lab', which needs no privilege.",
        NativeError.Busy =>
            $"There is an interface {name} already: choose another name for the TAP (--tap NAME, or " +
            "link.name), or end the program " +
            $"that holds it ('ip link delete {name}' removes one that was left behind).",
        _ => $"The TAP {name} cannot be created: {NativeError.Describe(error)}.",
    };

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameMax && name is not ("." or "..")
        && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.AsSpan().ContainsAny('/', ':', '%');

    private static int OpenControl(string path)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            int descriptor = Syscalls.Open(
                bytes, Syscalls.OpenReadWrite | Syscalls.NonBlocking | Syscalls.CloseOnExec);
            return descriptor >= 0
                ? descriptor
                : throw new LinkException(ControlFault(path, NativeError.Last));
        }
    }

    /// <summary>
    /// Two interfaces on one network leave the host unsure which of them reaches the server.
    /// </summary>
    private static void RefuseOverlap(Ipv4Prefix wanted, List<InterfaceAddress> present)
    {
        foreach (InterfaceAddress other in present)
        {
            if (other.Address.Address == wanted.Address)
            {
                throw new LinkException(
                    $"The host address {wanted.Address} is on interface {other.Interface} already: choose " +
                    "another network for the TAP (--address and --host-address, or network.address and " +
                    "link.hostAddress), or remove it there.");
            }
            if (other.Address.Contains(wanted.Address) || wanted.Contains(other.Address.Address))
            {
                throw new LinkException(
                    $"The TAP's network {wanted} overlaps {other.Address} of interface {other.Interface}: " +
                    "choose another network for the TAP (--address and --host-address, or network.address " +
                    "and link.hostAddress).");
            }
        }
    }

    private static void Attach(int descriptor, TapOptions options, ushort flags)
    {
        flags |= options.Queues > 1 ? MultiQueue : (ushort)0;
        byte* request = stackalloc byte[RequestLength];
        Encoding.ASCII.GetBytes(options.Name, new Span<byte>(request, NameMax));
        MemoryMarshal.Write(
            new Span<byte>(request + NameMax + 1, sizeof(ushort)),
            (ushort)(Tap | NoPacketInformation | VirtioNetHeader | flags));
        if (Syscalls.IoControl(descriptor, SetInterface, (nuint)request) < 0)
        {
            throw new LinkException(AttachFault(options.Name, NativeError.Last));
        }
        nuint offload = options.Offload ? OffloadChecksum | OffloadTcpV4 : 0;
        if (Syscalls.IoControl(descriptor, SetOffload, offload) < 0)
        {
            throw new LinkException(
                $"The TAP {options.Name} refuses offload: {NativeError.Describe(NativeError.Last)}. " +
                "Turn offload off (--set link.offload=false).");
        }
    }

    private static void Configure(RouteSocket route, TapOptions options)
    {
        uint index;
        fixed (byte* name = Encoding.ASCII.GetBytes(options.Name + '\0'))
        {
            index = Syscalls.InterfaceIndex(name);
        }
        if (index == 0)
        {
            throw new LinkException(
                $"The TAP {options.Name} is gone right after its creation: " +
                $"{NativeError.Describe(NativeError.Last)}.");
        }

        // A kernel without IPv6 refuses this, and needs it as little.
        _ = route.SilenceIpv6(index);

        // A TAP has a queue, and drops what that has no room for: another before it would only cost the
        // host's senders time. A kernel that refuses keeps its own. An interface that is down has none yet;
        // one that is up was given one for each of the 256 queues that it might have.
        _ = route.RemoveQueueing(index);
        Check(
            route.AddAddress(index, options.HostAddress),
            $"the host address {options.HostAddress}",
            options);
        Check(
            route.BringUp(index, options.HostMac, options.Mtu, options.QueueLength),
            $"MTU {options.Mtu} (68 to 65521 is possible), queue length {options.QueueLength}" +
            (options.HostMac is { } mac ? $" and host MAC {mac} (no group address)" : ""),
            options);
    }

    private static void Check(int error, string what, TapOptions options)
    {
        if (error != 0)
        {
            throw new LinkException(
                $"The TAP {options.Name} does not take {what}: {NativeError.Describe(error)}.");
        }
    }
}
