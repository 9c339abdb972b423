using System.Buffers.Binary;
using Straightwire.Appliance.Capture;
using Straightwire.Appliance.Tests.Capture;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Network;

public sealed class UnfinishedChecksumTests
{
    private const int Ip = 14;
    private const int Transport = 34;
    private const int TcpField = Transport + 16;
    private const int UdpField = Transport + 6;

    [TestCase(0)]
    [TestCase(1448)]
    public void A_field_that_sums_the_pseudo_header_alone_is_unfinished(int payload) =>
        Assert.That(UnfinishedChecksum.IsIn(Unfinished(IpProtocol.Tcp, TcpField, payload)), Is.True);

    [Test]
    public void A_tag_of_no_VLAN_changes_nothing()
    {
        byte[] plain = Unfinished(IpProtocol.Tcp, TcpField, 100);
        byte[] frame = [.. plain[..12], 0x81, 0x00, 0x60, 0x00, .. plain[12..]];
        Assert.That(UnfinishedChecksum.IsIn(frame), Is.True);
        ChecksumCompletion.Transport(frame);
        Assert.That(UnfinishedChecksum.IsIn(frame), Is.False);
    }

    [Test]
    public void A_datagram_has_its_field_at_another_place() =>
        Assert.That(UnfinishedChecksum.IsIn(Unfinished(IpProtocol.Udp, UdpField, 100)), Is.True);

    [Test]
    public void A_right_checksum_and_a_wrong_one_are_both_finished()
    {
        byte[] frame = Unfinished(IpProtocol.Tcp, TcpField, 100);
        ChecksumCompletion.Transport(frame);
        Assert.That(UnfinishedChecksum.IsIn(frame), Is.False, "right");

        frame[TcpField] ^= 0x40;
        Assert.That(UnfinishedChecksum.IsIn(frame), Is.False, "wrong");
    }

    [Test]
    public void A_fragment_and_what_is_no_ip_are_never_unfinished()
    {
        byte[] frame = Unfinished(IpProtocol.Tcp, TcpField, 100);
        frame[Ip + 6] = 0x20;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ip + 10), 0);
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(frame.AsSpan(Ip, 20)));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ip + 10), checksum);
        Assert.That(UnfinishedChecksum.IsIn(frame), Is.False, "more fragments");

        frame = Unfinished(IpProtocol.Tcp, TcpField, 100);
        frame[12] = 0x86;
        Assert.That(UnfinishedChecksum.IsIn(frame), Is.False, "another protocol");
    }

    [Test]
    public void No_prefix_of_a_frame_is_unfinished()
    {
        byte[] frame = Unfinished(IpProtocol.Tcp, TcpField, 10);
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.That(UnfinishedChecksum.IsIn(frame.AsSpan(0, length)), Is.False, $"{length} bytes");
        }
    }

    private static byte[] Unfinished(byte protocol, int field, int payload)
    {
        byte[] frame = SampleFrames.Tcp(payload);
        frame[Ip + 9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ip + 10), 0);
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(frame.AsSpan(Ip, 20)));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Ip + 10), checksum);
        ulong sum = InternetChecksum.PseudoHeader(
            Ipv4Address.Read(frame.AsSpan(Ip + 12)), Ipv4Address.Read(frame.AsSpan(Ip + 16)), protocol,
            frame.Length - Transport);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(field), InternetChecksum.Fold(sum));
        return frame;
    }
}
