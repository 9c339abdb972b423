using System.Buffers.Binary;
using Straightwire.Simulation;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>What an attacker needs of a segment from the server; checksums are not looked at.</summary>
internal readonly record struct RawReply(
    uint To, ushort Port, ushort ServerPort, uint Seq, uint Ack, RawFlags Flags, int Length, int FrameLength)
{
    /// <summary>Reads a frame; false when it is no TCP over IPv4.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out RawReply reply)
    {
        reply = default;
        if (!RawFrame.IsIpv4(frame) || frame.Length < 54 || frame[23] != 6)
        {
            return false;
        }
        ReadOnlySpan<byte> ip = frame[14..];
        int headerLength = (ip[0] & 15) * 4;
        ReadOnlySpan<byte> tcp = ip[headerLength..];
        if (tcp.Length < 20)
        {
            return false;
        }
        reply = new RawReply(
            BinaryPrimitives.ReadUInt32BigEndian(ip[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(tcp),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            (RawFlags)tcp[13],
            Math.Max(0, tcp.Length - (tcp[12] >> 4 << 2)),
            frame.Length);
        return true;
    }

    /// <summary>Whether all these bits are set.</summary>
    public bool Has(RawFlags flags) => (Flags & flags) == flags;
}
