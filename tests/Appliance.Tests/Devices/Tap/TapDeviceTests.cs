using Straightwire.Devices;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using static Straightwire.Appliance.Tests.Devices.LinkPeer;

namespace Straightwire.Appliance.Tests.Devices.Tap;

[TestFixture]
public sealed class TapDeviceTests
{
    [Test]
    public void An_interface_taken_down_loses_frames_and_comes_up_again() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        byte[] data = Pattern(1, 64);
        ContentSlice slice = peer.Packed(data);
        NetworkNamespace.Ip("link", "set", "sw0", "down");
        peer.Queue(Icmp, Echo(data), segmentSize: 0, slice);
        peer.Flush();
        Assert.That(peer.Tap.SegmentsLost, Is.EqualTo(1));

        NetworkNamespace.Ip("link", "set", "sw0", "up");
        peer.Queue(Icmp, Echo(data), segmentSize: 0, slice);
        peer.Flush();
        Assert.That(peer.Next(Icmp)[TransportStart], Is.EqualTo(EchoReply));
    });

    [Test]
    public void A_segment_that_the_kernel_has_no_memory_for_is_lost_and_holds_up_no_other() =>
        NetworkNamespace.Run(() =>
        {
            using var peer = new TapPeer();
            byte[] data = Pattern(1, 64);
            // The kernel holds a packet in 17 pieces of at most 32 KB.
            byte[] most = new byte[550_000];
            peer.Queue(Tcp, new byte[20], 1460, peer.Packed(most));
            peer.Queue(Icmp, Echo(data), segmentSize: 0, peer.Packed(data));
            peer.Flush();

            Assert.Multiple(() =>
            {
                Assert.That(peer.Tap.SegmentsLost, Is.EqualTo(1));
                Assert.That(peer.Next(Icmp)[TransportStart], Is.EqualTo(EchoReply));
            });
        });

    [Test]
    public void A_deleted_interface_ends_the_link_with_a_readable_error() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        NetworkNamespace.Ip("link", "delete", "sw0");
        peer.Tap.Wait(Instant.Never, forRoom: false);
        Assert.That(
            () => peer.Tap.Receive(new Frame[1], default),
            Throws.TypeOf<LinkException>().With.Message.Contains("sw0 was deleted"));
    });
}
