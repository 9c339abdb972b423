using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Network;

/// <summary>
/// Waits for the kernel to say that something may have changed about an interface, its addresses or the
/// default routes, and asks it what there is now. What is said is only the occasion: what counts is the
/// answer to the question, so that the order of the kernel's notices, and that some are lost (ENOBUFS), makes
/// no difference.
/// </summary>
/// <remarks>
/// Its two netlink sockets are opened before the facts are read that it is compared with, and so before the
/// sandbox is shut; to receive and to ask need no privilege.
/// </remarks>
public sealed unsafe class InterfaceWatch : IDisposable
{
    private const ushort NewLink = 16;
    private const ushort DeleteLink = 17;
    private const ushort NewAddress = 20;
    private const ushort DeleteAddress = 21;
    private const ushort NewRoute = 24;
    private const ushort DeleteRoute = 25;

    // RTMGRP_LINK, RTMGRP_IPV4_IFADDR and RTMGRP_IPV4_ROUTE.
    private const uint Groups = 0x01 | 0x10 | 0x40;

    private const ushort LinkNewNamespace = 45;
    private const byte AnyFamily = 0;
    private const int LinkHeaderLength = 16;
    private const int LinkIndexAt = 4;
    private const int RouteDestinationLengthAt = 1;

    private const int BufferLength = 65_536;
    private const int ReceiveBufferBytes = 1 << 20;

    private readonly int _events;
    private readonly RouteSocket _questions;
    private readonly uint _index;
    private readonly DescriptorWait _wait = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    private InterfaceFacts? _last;
    private bool _disposed;

    /// <summary>Takes over what <see cref="Open"/> gave.</summary>
    /// <param name="grant">The link whose interface is watched.</param>
    /// <exception cref="LinkException">The kernel has no eventfd for us.</exception>
    public InterfaceWatch(LinkGrant grant)
    {
        (_events, _index) = (grant.Watch[0], grant.Index);
        _questions = new RouteSocket(grant.Watch[1]);
    }

    /// <summary>
    /// The interface went to another network namespace, as far as the kernel has been heard to say so.
    /// </summary>
    public bool HasMoved { get; private set; }

    /// <summary>
    /// It was deleted, or went to another network namespace, as far as the kernel has been heard to say so.
    /// One of its index that is there all the same is another, or has come back without our sockets.
    /// </summary>
    public bool WasRemoved { get; private set; }

    /// <summary>
    /// Its descriptors, in the network namespace of the calling thread. What changes from then on is told.
    /// </summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    public static int[] Open()
    {
        int events = Syscalls.Socket(
            Syscalls.AddressFamilyNetlink,
            Syscalls.SocketRaw | Syscalls.CloseOnExec | Syscalls.SocketNonBlocking,
            protocol: 0);
        if (events < 0)
        {
            throw new LinkException(
                $"The kernel gives no rtnetlink socket: {NativeError.Describe(NativeError.Last)}.");
        }
        try
        {
            PassDefaultRoutesOnly(events);
            SocketBuffer.Set(
                events, Syscalls.ReceiveBufferForce, Syscalls.ReceiveBuffer, ReceiveBufferBytes);
            var address = new NetlinkAddress { Family = Syscalls.AddressFamilyNetlink, Groups = Groups };
            return Syscalls.Bind(events, &address, (uint)sizeof(NetlinkAddress)) == 0
                ? [events, RouteSocket.Open()]
                : throw new LinkException(
                    $"The kernel does not tell of interfaces: {NativeError.Describe(NativeError.Last)}.");
        }
        catch
        {
            _ = Syscalls.Close(events);
            throw;
        }
    }

    /// <summary>Closes what <see cref="Open"/> gave, where nobody takes it over.</summary>
    public static void Close(int[] descriptors) =>
        Array.ForEach(descriptors, static descriptor => _ = Syscalls.Close(descriptor));

    /// <summary>
    /// Whether something may have changed; false when the time is over, or <see cref="Wake"/> was called.
    /// </summary>
    public bool Wait(Instant deadline)
    {
        _wait.Wait(_events, forRoom: false, deadline);
        return Take();
    }

    /// <summary>
    /// Takes all that the kernel has said, and tells whether something of it may concern us; never blocks.
    /// </summary>
    public bool Take()
    {
        bool concerns = false;
        fixed (byte* bytes = _buffer)
        {
            while (true)
            {
                nint count = Syscalls.Receive(_events, bytes, BufferLength, flags: 0);
                if (count >= 0)
                {
                    concerns |= Concerns(_buffer.AsSpan(0, (int)count));
                }
                else if (NativeError.Last == NativeError.NoBuffers)
                {
                    // Some was lost, and may have concerned us.
                    concerns = true;
                }
                else if (NativeError.Last != NativeError.Interrupted)
                {
                    return concerns;
                }
            }
        }
    }

    /// <summary>How the interface is now; null: it is not in our network namespace any more.</summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    public InterfaceFacts? Read() => _last = InterfaceFacts.Read(_questions, _index);

    /// <summary>
    /// Whether what the kernel says nothing of is otherwise than when it was last read: the queues in use
    /// (ethtool -L) and the XDP program.
    /// </summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    public bool HasChangedSilently() => _last is { } last
        && (_questions.Link(_index) is not { } now
            || now.XdpProgram != last.XdpProgram
            || (_questions.ReceiveQueues(now.Name) ?? now.ReceiveQueues) != last.ReceiveQueues);

    /// <summary>Ends a <see cref="Wait"/>, now or the next one; from any thread.</summary>
    public void Wake() => _wait.Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _wait.Dispose();
            _questions.Dispose();
            _ = Syscalls.Close(_events);
        }
    }

    private bool Concerns(ReadOnlySpan<byte> bytes)
    {
        bool concerns = false;
        while (bytes.Length >= NetlinkMessage.HeaderLength)
        {
            int length = (int)MemoryMarshal.Read<uint>(bytes);
            if (length < NetlinkMessage.HeaderLength || length > bytes.Length)
            {
                return true;
            }
            concerns |= Concerns(
                MemoryMarshal.Read<ushort>(bytes[4..]), bytes[NetlinkMessage.HeaderLength..length]);
            bytes = bytes[Math.Min(NetlinkMessage.Align(length), bytes.Length)..];
        }
        return concerns;
    }

    private bool Concerns(ushort type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case NewLink or DeleteLink when body.Length >= LinkHeaderLength:
                bool isOurs = MemoryMarshal.Read<uint>(body[LinkIndexAt..]) == _index;

                // A bridge tells with its own family of a port that leaves it.
                bool isRemoved = isOurs && type == DeleteLink && body[0] == AnyFamily;
                WasRemoved |= isRemoved;
                HasMoved |= isRemoved && IsMove(body[LinkHeaderLength..]);
                return isOurs;
            case NewAddress or DeleteAddress:
                // Another interface's may be ours as well.
                return true;
            case NewRoute or DeleteRoute:
                return body.Length > RouteDestinationLengthAt && body[RouteDestinationLengthAt] == 0;
            default:
                return false;
        }
    }

    private static bool IsMove(ReadOnlySpan<byte> bytes)
    {
        var attributes = new NetlinkAttributes(bytes);
        while (attributes.Next())
        {
            if (attributes.Type == LinkNewNamespace)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// A router's table may change ten thousand times a second, and only default routes concern us. Where the
    /// kernel refuses the filter, they are told apart here.
    /// </summary>
    private static void PassDefaultRoutesOnly(int socket)
    {
        const ushort LoadHalf = 0x28;
        const ushort LoadByte = 0x30;
        const ushort JumpIfEqual = 0x15;
        const ushort Return = 0x06;
        const uint TypeAt = 4;
        const uint DestinationLengthAt = NetlinkMessage.HeaderLength + RouteDestinationLengthAt;
        ReadOnlySpan<FilterInstruction> code =
        [
            new() { Code = LoadHalf, Value = TypeAt },
            new() { Code = JumpIfEqual, IfTrue = 1, Value = AsLoaded(NewRoute) },
            new() { Code = JumpIfEqual, IfFalse = 2, Value = AsLoaded(DeleteRoute) },
            new() { Code = LoadByte, Value = DestinationLengthAt },
            new() { Code = JumpIfEqual, IfFalse = 1, Value = 0 },
            new() { Code = Return, Value = uint.MaxValue },
            new() { Code = Return, Value = 0 },
        ];
        _ = ClassicFilter.Attach(socket, code);
    }

    // The filter's machine loads in network order, and netlink writes in the machine's.
    private static uint AsLoaded(ushort type) => BitConverter.IsLittleEndian
        ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(type)
        : type;

    /// <summary>struct sockaddr_nl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint Port;
        public uint Groups;
    }
}
