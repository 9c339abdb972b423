using System.Runtime.InteropServices;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// What a driver says of XDP: the generic netlink family "netdev", since Linux 6.3 (linux/netdev.h).
/// </summary>
internal static unsafe class XdpFeatures
{
    private const int GenericNetlink = 16;
    private const ushort Controller = 16;
    private const byte GetFamily = 3;
    private const ushort FamilyId = 1;
    private const ushort FamilyName = 2;
    private const byte GetDevice = 1;
    private const ushort DeviceIndex = 1;
    private const ushort DeviceFeatures = 3;
    private const ulong ZeroCopy = 1 << 3;

    private const ushort MessageError = 2;
    private const int GenericHeaderLength = 4;
    private const int RequestLength = 64;
    private const int AnswerLength = 8192;

    /// <summary>Whether an interface's driver offers zero copy; null: the kernel does not tell.</summary>
    public static bool? OffersZeroCopy(uint index)
    {
        int socket = Syscalls.Socket(
            Syscalls.AddressFamilyNetlink, Syscalls.SocketRaw | Syscalls.CloseOnExec, GenericNetlink);
        if (socket < 0)
        {
            return null;
        }
        try
        {
            Span<byte> answer = new byte[AnswerLength];
            var family = new NetlinkMessage(stackalloc byte[RequestLength], Controller, flags: 0);
            family.Append(new GenericHeader { Command = GetFamily, Version = 1 });
            family.Attribute(FamilyName, "netdev\0"u8);
            ReadOnlySpan<byte> found = Ask(socket, family.Finish(), answer, FamilyId);
            if (found.Length < sizeof(ushort))
            {
                return null;
            }
            ushort number = MemoryMarshal.Read<ushort>(found);
            var device = new NetlinkMessage(stackalloc byte[RequestLength], number, flags: 0);
            device.Append(new GenericHeader { Command = GetDevice, Version = 1 });
            device.Attribute(DeviceIndex, index);
            ReadOnlySpan<byte> features = Ask(socket, device.Finish(), answer, DeviceFeatures);
            return features.Length < sizeof(ulong)
                ? null
                : (MemoryMarshal.Read<ulong>(features) & ZeroCopy) != 0;
        }
        finally
        {
            _ = Syscalls.Close(socket);
        }
    }

    /// <summary>The value of an attribute of the answer; empty when there is none.</summary>
    private static ReadOnlySpan<byte> Ask(
        int socket, Span<byte> request, Span<byte> answer, ushort attribute)
    {
        nint length;
        fixed (byte* sent = request)
        fixed (byte* received = answer)
        {
            length = Syscalls.Send(socket, sent, (nuint)request.Length, flags: 0) < 0
                ? -1
                : Syscalls.Receive(socket, received, (nuint)answer.Length, flags: 0);
        }
        if (length < NetlinkMessage.HeaderLength + GenericHeaderLength
            || MemoryMarshal.Read<ushort>(answer[4..]) == MessageError)
        {
            return [];
        }
        var attributes = new NetlinkAttributes(
            answer[(NetlinkMessage.HeaderLength + GenericHeaderLength)..(int)length]);
        while (attributes.Next())
        {
            if (attributes.Type == attribute)
            {
                return attributes.Value.ToArray();
            }
        }
        return [];
    }

    /// <summary>struct genlmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct GenericHeader
    {
        public byte Command;
        public byte Version;
        public ushort Reserved;
    }
}
