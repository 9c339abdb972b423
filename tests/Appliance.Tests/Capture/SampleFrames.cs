using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Capture;

/// <summary>What passes a link in the tests of those who look on.</summary>
internal static class SampleFrames
{
    private const int HeaderLength = 54;

    /// <summary>
    /// A segment for the link to cut: 7 bytes of the pool, then content; length and checksums left to the
    /// link.
    /// </summary>
    public static TransmitBatch Aggregate(FramePool pool, int content)
    {
        const int Generated = 7;
        var batch = new TransmitBatch(4, 4096, 1024);
        pool.TryRent(out int frame);
        pool.Bytes(frame)[..Generated].Fill((byte)'x');
        ref OutboundSegment segment = ref batch.Begin(HeaderLength, out Span<byte> header);
        Tcp(payload: 0)[..HeaderLength].CopyTo(header);
        batch.Append(ref segment, pool.Slice(frame, 0, Generated));
        batch.Append(ref segment, new ContentSlice(3, 1, content));
        segment.SegmentSize = 1460;
        segment.ChecksumStart = 34;
        segment.ChecksumOffset = 16;
        batch.Commit(ref segment);
        return batch;
    }

    /// <summary>An Ethernet frame with a TCP segment whose checksum is not complete.</summary>
    public static byte[] Tcp(int payload)
    {
        byte[] frame = new byte[HeaderLength + payload];
        Convert.FromHexString("0253c612000202000000000108004500").CopyTo(frame, 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(40 + payload));
        Convert.FromHexString("000040004006").CopyTo(frame, 18);
        Convert.FromHexString("c6120001c6120002").CopyTo(frame, 26);
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(frame.AsSpan(14, 20)));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), checksum);
        Convert.FromHexString("9c400050000000010000000150180100abcd0000").CopyTo(frame, 34);
        return frame;
    }
}
