using System.Buffers.Binary;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// An ICMP error as it is handed over: the quoted flow's ports, the quoted sequence number, what is wrong,
/// and the next hop's MTU. The addresses are in the header.
/// </summary>
internal static class PathErrorRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Length = 13;

    /// <summary>Writes the record of an error.</summary>
    public static void Write(Span<byte> bytes, in FlowKey flow, uint sequence, PathError error, int mtu)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, flow.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], flow.RemotePort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], sequence);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], mtu);
        bytes[12] = (byte)error;
    }

    /// <summary>Reads the record of an error, and its addresses from the header.</summary>
    public static void Read(
        in HandoverHeader header, ReadOnlySpan<byte> bytes, out FlowKey flow, out uint sequence,
        out PathError error, out int mtu)
    {
        flow = new FlowKey(
            header.Destination,
            BinaryPrimitives.ReadUInt16BigEndian(bytes),
            header.Source,
            BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        mtu = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        error = (PathError)bytes[12];
    }
}
